// What there is to see of a symbol, beside pyright and with the real default model: hover, lenses, history, impact, explanation.

import { join } from "node:path";

import { until } from "./editor.mjs";

export const options = ({ scratch }) => ({ pyright: true, env: { BACKSTORY_CACHE_DIR: join(scratch, "cache") } });

export async function run(editor, { show }) {
  await hovers(editor, show);
  await history(editor, show);
  await impact(editor, show);
  await explanation(editor, show);
  show("notifications", await editor.notifications());
}

async function hovers(editor, show) {
  await editor.go("postroom/outbox.py", 17, 9);
  await editor.idle();
  show("status", await editor.statusText());
  const hover = await editor.hover("def flush", "Introduced", "Whole history");
  // Whose part is above the other's depends on which server registered last.
  const isOurs = (text) => Number(text.startsWith("Introduced"));
  show("hover beside pyright", hover.sort((a, b) => isOurs(a) - isOurs(b)));
  await editor.picture("vscode-hover", { x: 320, y: 36, width: 780, height: 600 });
  await editor.key("Escape");
  show("lenses", (await lenses(editor)).map(({ text }) => text));
}

/** All lenses of the file, once they are there. */
function lenses(editor) {
  return until("lenses", async () => {
    const found = await editor.lenses();
    return found.length === 4 && found.every(({ text }) => text.includes("introduced")) && found;
  });
}

async function history(editor, show) {
  await editor.command("Backstory: Show History");
  const lines = () => editor.lines("History");
  await until("a history", async () => (await lines()).length === 5);
  await editor.sideBar(420);
  show("history", await lines());
  await editor.key("ArrowDown", "ArrowRight");
  await until("details", async () => (await lines()).length > 5);
  show("what is below a change", (await lines()).filter((line) => line.startsWith("  ")));
  await editor.key("Enter");
  await editor.titled("Move the queue");
  await editor.key("ArrowLeft", "ArrowUp", "Enter");
  show("a change", await editor.titled("Never wait"));
  const text = async () => (await editor.page.locator(".monaco-diff-editor").innerText()).replace(/\u00a0/g, " ");
  await until("both sides", async () => /pause \*= 2/.test(await text()) && /min\(2/.test(await text()));
  await editor.picture("vscode-history");
  await editor.key("Control+w");
  // The view goes along with the cursor.
  await editor.go("postroom/wire.py", 8, 5);
  await until("the history of encode", async () => (await lines()).some((line) => line.includes("Sort the keys")));
  show("history of what the cursor is on now", await lines());
}

async function impact(editor, show) {
  await editor.command("Backstory: Show Impact");
  const lines = () => editor.lines("Impact");
  await until("lenses, for the picture", async () => {
    const found = await editor.lenses();
    return found.length > 1 && found.every(({ text }) => text.includes("introduced"));
  });
  await until("the impact", async () => (await lines()).some((line) => line.startsWith("Tests: ")));
  show("impact", await lines());
  await editor.picture("vscode-impact", { x: 0, y: 0, width: 760, height: 700 });
  await editor.sideBar(220);
  await editor.picture("narrow-views", { x: 0, y: 0, width: 480, height: 700 });
  await editor.sideBar(300);
}

async function explanation(editor, show) {
  await editor.go("postroom/outbox.py", 17, 9);
  await editor.command("Backstory: Explain Why It Is As It Is");
  const seen = [];
  const done = editor.panel().locator("#page[aria-busy=false]");
  const again = editor.panel().locator("button.button", { hasText: "Ask again" });
  await until("the explanation", async () => {
    // On a busy machine the model may be given up before it has read its weights.
    if ((await again.count()) > 0) {
      await again.click();
    }
    const text = await editor.panelText();
    const [worded, sentences] = [text.includes("Worded on this machine"), text.split("\n").filter((line) => /\. [0-9a-f]{7}$/.test(line)).length];
    const stage = `${text.includes("Its commit says") ? "facts" : "nothing"}, ${worded ? "worded" : "not worded yet"}`;
    if (sentences > 0 && seen.at(-1) !== stage) {
      seen.push(stage);
    }
    return (await done.count()) > 0 && worded;
  });
  show("an explanation grows", seen);
  show("explanation", (await editor.panelText()).split("\n"));
  await editor.key("Control+b");
  await editor.picture("vscode-explanation");
  await editor.page.setViewportSize({ width: 620, height: 700 });
  await editor.picture("narrow-explanation");
  await editor.page.setViewportSize({ width: 1100, height: 700 });
  await editor.key("Control+b");
  // Its sources are links; with the keyboard as with the mouse.
  await editor.panel().locator("button.cite").first().focus();
  await editor.key("Enter");
  show("its first source", await editor.titled(" at "));
  await editor.key("Control+w");
  // A lens explains what it stands above.
  await editor.go("postroom/outbox.py", 13, 9);
  await until("what the lens explains", async () => {
    // VS Code may keep a lens whose command it has let go of where lenses are made anew while the code is not drawn; it asks again when somebody scrolls.
    await editor.page.locator(".editor-group-container").first().hover();
    await editor.page.mouse.wheel(0, 60);
    await editor.page.mouse.wheel(0, -60);
    await editor.page.waitForTimeout(1000);
    const number = await until("its lens", () => editor.lensAbove("def push"));
    await editor.page.locator(".codelens-decoration").nth(number - 1).locator("a").first().click();
    await editor.page.waitForTimeout(3000);
    return (await editor.panelText()).includes("Outbox.push");
  });
  show("a lens explains", (await editor.panelText()).split("\n").slice(0, 2));
  await editor.panel().locator("#page[aria-busy=false]").waitFor();
}
