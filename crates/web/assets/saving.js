// Keeps each field as it is filled in: a form whose button was never pressed is not lost. Without it the button saves.
(() => {
  const form = document.querySelector("form[data-saved]"), told = document.getElementById("saved");
  if (!form || !told) return;
  const { saved, waiting, ended } = form.dataset, names = new Set();
  const FIRST_WAIT = 2e3, LONGEST_WAIT = 3e4, PAUSE = 1500;
  let timer, busy = false, wait = FIRST_WAIT;

  // The three fields of a date are one answer, kept once all three are there.
  const answer = (name) => name.replace(/-(day|month|year)$/, "");
  const whole = (name) => ["day", "month", "year"].every((part) => form.elements[`${name}-${part}`]?.value !== "");
  const later = (delay) => { clearTimeout(timer); timer = setTimeout(send, delay); };

  const send = async () => {
    if (busy || !names.size) return;
    const sent = [...names].filter(whole), typed = new URLSearchParams({ csrf: form.elements.csrf.value });
    names.clear();
    if (!sent.length) return;
    for (const [name, value] of new FormData(form)) if (sent.includes(answer(name))) typed.append(name, value);
    busy = true;
    try {
      const { status, type } = await fetch(form.action, { method: "POST", body: typed, redirect: "manual", keepalive: true });
      // A right value leads on, a wrong one is kept too (422): the button tells what is wrong with it.
      if (type === "opaqueredirect" || status === 422) told.textContent = saved;
      else if (status === 429 || status >= 500) throw new Error();
      else told.textContent = ended;
      wait = FIRST_WAIT;
    } catch {
      sent.forEach((name) => names.add(name));
      told.textContent = waiting;
      later(wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    }
    busy = false;
    if (names.size && wait === FIRST_WAIT) later(0);
  };

  const note = (event, delay) => {
    if (!event.target.name) return;
    names.add(answer(event.target.name));
    if (told.textContent !== waiting) told.textContent = "";
    later(delay);
  };
  form.addEventListener("input", (event) => note(event, PAUSE));
  form.addEventListener("change", (event) => note(event, 0));
  form.addEventListener("submit", () => { clearTimeout(timer); names.clear(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) send(); });
  addEventListener("online", () => later(0));
})();
