// How a person works a page: with a pointer, or with the keys alone. Journeys ask for what, not how.
import assert from 'node:assert/strict';

/** With a finger or a mouse. */
export const pointer = () => ({
  press: (target) => target.click(),
  choose: (target) => target.check(),
  pick: (target, words) => target.selectOption({ label: words }),
  write: (target, text) => target.fill(text),
  give: (target, file) => target.setInputFiles(file),
});

/** What has the focus: whether it is what the selector or the element names, and whether one can see it. */
const focused = (wanted) => {
  const focus = document.activeElement;
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(focus);
  const outlined = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  // A card's link covers it, and may let the card show the focus.
  const card = focus.closest('.card');
  const carded = card !== null && getComputedStyle(card).outlineStyle !== 'none';
  const seen = focus === document.body || outlined || boxShadow !== 'none' || carded;
  return { there: focus === wanted, group: focus.type === 'radio' && focus.name === wanted.name, seen, name: focus.outerHTML.slice(0, 120) };
};

/** With Tab, Enter, the space bar and the arrows; the focus is always to be seen. */
export const keys = (page) => {
  const key = (name) => page.keyboard.press(name);

  /** Presses Tab until the focus is there, or on another answer of the same question. */
  async function reach(target) {
    const element = await target.elementHandle();
    for (let presses = 0; presses < 200; presses += 1) {
      const { there, group, seen, name } = await element.evaluate(focused);
      assert.ok(seen, `the focus cannot be seen on ${name} (${page.url()})`);
      if (there || group) return;
      await key('Tab');
    }
    throw new Error(`Tab never reaches ${target} on ${page.url()}`);
  }

  return {
    async press(target) {
      await reach(target);
      await key('Enter');
    },
    async choose(target) {
      await reach(target);
      await key('Space');
      for (let presses = 0; presses < 10 && !(await target.isChecked()); presses += 1) await key('ArrowDown');
      assert.ok(await target.isChecked(), `the keys never choose ${target}`);
    },
    async pick(target, words) {
      await reach(target);
      await key('Home');
      const shown = () => target.evaluate((list) => list.selectedOptions[0].label);
      for (let presses = 0; presses < 30 && (await shown()) !== words; presses += 1) await key('ArrowDown');
      assert.equal(await shown(), words);
    },
    async write(target, text) {
      await reach(target);
      await key('Control+A');
      await key('Delete');
      await page.keyboard.type(text);
    },
    async give(target, file) {
      await reach(target);
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), key('Space')]);
      await chooser.setFiles(file);
    },
  };
};
