// Shortcuts of the desk, for pages that carry them: n and p go from step to step, other letters to what bears them, the
// one of the present step first. A letter follows a link and comes to a control; nothing is decided by a letter alone.
(() => {
  const steps = [...document.querySelectorAll("[data-step]")];
  const inFields = "input, select, textarea, [contenteditable]";
  // The step with the focus, else the last one that begins above the middle of the screen.
  const present = () => {
    const focused = document.activeElement?.closest("[data-step]");
    const above = (step) => step.getBoundingClientRect().top < innerHeight / 2;
    return focused ? steps.indexOf(focused) : steps.findLastIndex(above);
  };
  const come = (place) => {
    const step = steps[Math.min(Math.max(place, 0), steps.length - 1)];
    const title = step?.querySelector("[tabindex='-1']") ?? step;
    title?.focus({ preventScroll: true });
    step?.scrollIntoView({ block: "start" });
  };
  const bearer = (letter) => {
    const wanted = `[data-key="${letter}"]`;
    const own = steps[present()]?.querySelector(wanted);
    return own ?? [...document.querySelectorAll(wanted)][0];
  };
  document.addEventListener("keydown", (event) => {
    const free = !(event.ctrlKey || event.altKey || event.metaKey || event.repeat);
    if (!free || !/^[a-z]$/.test(event.key) || event.target.closest(inFields)) return;
    if (event.key === "n" || event.key === "p") return come(present() + (event.key === "n" ? 1 : -1));
    const found = bearer(event.key);
    if (!found) return;
    event.preventDefault();
    if (found.href) found.click();
    else found.focus();
  });
})();
