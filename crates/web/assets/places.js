// A combobox that suggests places while a name is typed. Without it, the sent form lists them.
(() => {
  const input = document.querySelector("[data-places]");
  if (!input) return;
  const list = document.createElement("ul");
  let timer, wanted, at;
  const set = (one, words) => { for (const name in words) one.setAttribute(name, words[name]); };
  set(list, { id: "suggested", role: "listbox", class: "suggestions", "aria-label": input.labels[0].textContent });
  set(input, { role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, autocomplete: "off" });
  input.after(list);

  const show = (options) => {
    at = -1;
    list.replaceChildren(...options);
    list.hidden = !options[0];
    set(input, { "aria-expanded": !list.hidden, "aria-activedescendant": "" });
  };
  const pick = (one) => { input.value = one.title; show([]); input.dispatchEvent(new Event("change", { bubbles: true })); };
  const option = ({ label, became }, n) => {
    const one = document.createElement("li");
    set(one, { id: "suggested-" + n, role: "option", title: label });
    one.append(became ? `${label}, ${became}` : label);
    return one;
  };
  const move = (step) => {
    const all = [...list.children];
    at = (at + step + all.length) % all.length;
    all.forEach((one, n) => set(one, { "aria-selected": n === at }));
    set(input, { "aria-activedescendant": all[at].id });
  };
  const part = (end) => document.getElementById(input.dataset.born + end).value.padStart(2, 0);
  const suggest = async () => {
    const name = wanted = input.value;
    const on = ["-year", "-month", "-day"].map(part).join("-");
    const found = await fetch(input.dataset.places + new URLSearchParams({ name, on })).catch(() => 0);
    const { items } = found.ok ? await found.json() : { items: [] };
    if (name === wanted) show(items.map(option));
  };
  const keys = { ArrowDown: () => move(1), ArrowUp: () => move(at < 0 ? 0 : -1), Escape: () => show([]) };
  show([]);
  input.oninput = () => { clearTimeout(timer); timer = setTimeout(suggest, 150); };
  input.onblur = () => { wanted = 0; show([]); };
  input.onkeydown = (event) => {
    const act = event.key === "Enter" ? list.children[at] && (() => pick(list.children[at])) : keys[event.key];
    if (list.hidden || !act) return;
    event.preventDefault();
    act();
  };
  // Before the field loses the focus.
  list.onmousedown = (event) => { event.preventDefault(); if (event.target.title) pick(event.target); };
})();
