// How the views and the panel look in a theme, in a wide and in a narrow window, for somebody to look at: THEME=light PICTURES=FOLDER node drive.mjs
// themes FOLDER SCRATCH. Never does: judge; no test runs it.

import { join } from "node:path";

import { until } from "./editor.mjs";

const THEMES = {
  dark: "Default Dark Modern",
  light: "Default Light Modern",
  contrast: "Default High Contrast",
  "light-contrast": "Default High Contrast Light",
};

const name = process.env.THEME ?? "dark";

export const options = ({ scratch }) => ({
  pyright: true,
  settings: { "workbench.colorTheme": THEMES[name] },
  env: { BACKSTORY_CACHE_DIR: join(scratch, "cache") },
});

export async function run(editor, { show }) {
  await editor.go("postroom/outbox.py", 17, 9);
  await editor.idle();
  await editor.command("Backstory: Show History");
  await until("a history", async () => (await editor.lines("History")).length === 5);
  await editor.key("ArrowDown", "ArrowRight");
  await editor.go("postroom/outbox.py", 17, 9);
  await editor.command("Backstory: Show Impact");
  await until("the impact", async () => (await editor.lines("Impact")).some((line) => line.startsWith("Tests: ")));
  await editor.go("postroom/outbox.py", 17, 9);
  await editor.command("Backstory: Explain Why It Is As It Is");
  await until("the explanation", async () => (await editor.panel().locator("#page[aria-busy=false]").count()) > 0);
  await editor.panel().locator("summary").first().click();
  await editor.page.setViewportSize({ width: 1300, height: 900 });
  await editor.picture(`${name}-wide`);
  // A source that has the focus must be seen to have it.
  await editor.panel().locator("button.cite").first().focus();
  await editor.page.setViewportSize({ width: 700, height: 900 });
  await editor.picture(`${name}-narrow`);
  show("pictures of", name);
}
