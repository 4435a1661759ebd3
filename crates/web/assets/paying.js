// A form that only leads on to the bank is sent by itself; its button stays for whoever goes on by hand. A page that waits
// for news asks for them, and is loaded again only when there are any: nobody loses their place.
(() => {
  document.querySelector("form[data-leave]")?.requestSubmit();
  const waiting = document.querySelector("[data-renew]");
  if (!waiting) return;
  const later = (seconds) => setTimeout(look, Number(seconds) * 1000);
  const look = async () => {
    if (document.hidden) return document.addEventListener("visibilitychange", look, { once: true });
    const page = await fetch(location.href, { headers: { accept: "text/html" } }).then((answer) => answer.text()).catch(() => null);
    if (page === null) return later(waiting.dataset.renew);
    const fresh = new DOMParser().parseFromString(page, "text/html").querySelector("[data-renew]");
    if (fresh?.dataset.news !== waiting.dataset.news) return location.reload();
    if (fresh.dataset.renew) later(fresh.dataset.renew);
  };
  if (waiting.dataset.renew) later(waiting.dataset.renew);
})();
