// Changes of code from the menu of the editor, beside pyright: what nothing uses goes, a piece of an expression becomes a variable, and undo
// brings every byte back.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { until } from "./editor.mjs";

export const options = ({ scratch }) => ({ pyright: true, env: { BACKSTORY_CACHE_DIR: join(scratch, "cache") } });

const FILE = "postroom/limits.py";

export async function run(editor, { show, folder }) {
  const onDisk = () => readFileSync(join(folder, FILE), "utf8");
  const before = onDisk();
  await editor.go(FILE, 14, 5);
  await editor.idle();
  await menu(editor, "Control+.");
  show("the menu of all actions", await titles(editor));
  await editor.key("Escape");
  await menu(editor, "Control+Shift+r");
  show("the menu of refactorings", await titles(editor));
  await choose(editor, "Remove `_rounded`, which nothing uses");
  show("without it", (await saved(editor, onDisk, (text) => text !== before)).trimEnd().split("\n"));
  await undo(editor, show, onDisk, before);

  await editor.go(FILE, 11, 12);
  await editor.key(...Array("len(waiting) + 1".length).fill("Shift+ArrowRight"));
  await menu(editor, "Control+Shift+r");
  show("the menu for a selection", await titles(editor));
  await choose(editor, "Extract into a variable");
  show("with a variable", (await saved(editor, onDisk, (text) => text !== before)).trimEnd().split("\n"));
  await undo(editor, show, onDisk, before);
  show("notifications", await editor.notifications());
}

/** Opens a menu of actions; the server is asked again while it still reads. */
async function menu(editor, key) {
  await until(`a menu for ${key}`, async () => {
    await editor.key(key);
    for (let tries = 0; tries < 20; tries += 1) {
      if ((await titles(editor)).length > 0) {
        return true;
      }
      await editor.page.waitForTimeout(100);
    }
    return false;
  });
}

/** What the menu offers, without the headings of its groups. */
function titles(editor) {
  return editor.page.locator(".action-widget .monaco-list-row.action").allInnerTexts();
}

/** Goes down to an action and takes it. */
async function choose(editor, title) {
  const focused = editor.page.locator(".action-widget .monaco-list-row.focused");
  await until(`the action ${title}`, async () => {
    if ((await focused.count()) > 0 && (await focused.innerText()).includes(title)) {
      return true;
    }
    await editor.key("ArrowDown");
    return false;
  });
  await editor.key("Enter");
}

/** The text of the file, once it is saved and as wanted. */
function saved(editor, onDisk, isWanted) {
  return until("the file to be saved", async () => {
    await editor.key("Control+s");
    await editor.page.waitForTimeout(200);
    const text = onDisk();
    return isWanted(text) && text;
  });
}

async function undo(editor, show, onDisk, before) {
  await editor.key("Control+z");
  await saved(editor, onDisk, (text) => text === before);
  show("undone", "every byte is back");
}
