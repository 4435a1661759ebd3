// A form that only leads on to the bank is sent by itself; its button stays for whoever goes on by hand. A page that waits
// for news asks for them, and is loaded again only when there are any: nobody loses their place. Of several invoices the sum
// is told before one leaves.
(() => {
  const several = document.querySelector("[data-sum]");
  if (several) {
    const [amount, told] = [document.querySelector("#amount"), several.querySelector("output")];
    const euros = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: "EUR" });
    const add = () => {
      const part = amount?.value.replace(/[\s€]/g, "").replace(",", ".");
      const own = part ? Math.round(Number(part) * 100) : Number(several.dataset.sum);
      const all = [...several.querySelectorAll(":checked")].reduce((sum, other) => sum + Number(other.dataset.cents), own);
      told.closest("p").hidden = Number.isNaN(all);
      told.textContent = euros.format(all / 100);
    };
    several.closest("form").addEventListener("input", add);
    add();
  }
  document.querySelector("form[data-leave]")?.requestSubmit();
  const waiting = document.querySelector("[data-renew]");
  if (!waiting) return;
  const later = (seconds) => setTimeout(look, Number(seconds) * 1000);
  const look = async () => {
    if (document.hidden) return document.addEventListener("visibilitychange", look, { once: true });
    const answer = await fetch(location.href, { headers: { accept: "text/html" } }).catch(() => null);
    // No answer, or a site that is busy or restarting, is no news.
    if (!answer || answer.status === 429 || answer.status >= 500) return later(waiting.dataset.renew);
    const page = await answer.text().catch(() => "");
    const fresh = new DOMParser().parseFromString(page, "text/html").querySelector("[data-renew]");
    if (fresh?.dataset.news !== waiting.dataset.news) return location.reload();
    if (fresh.dataset.renew) later(fresh.dataset.renew);
  };
  if (waiting.dataset.renew) later(waiting.dataset.renew);
})();
