// In a workspace that nobody has said they trust: no model, and what the repository sets does not count; with trust both do. And where the
// program is not there at all.

import { join } from "node:path";

import { until } from "./editor.mjs";

export const options = ({ scratch }) => ({ trusts: false, env: { BACKSTORY_CACHE_DIR: join(scratch, "cache") } });

export async function run(editor, { show }) {
  await editor.go("postroom/outbox.py", 17, 9);
  await editor.idle();
  show("status", await editor.statusText());
  const lenses = async () => (await editor.lenses()).map(({ text }) => text);
  show("lenses", await until("lenses", async () => {
    const texts = await lenses();
    return texts.length === 4 && texts.every((text) => text.includes("introduced")) && texts;
  }));
  await editor.command("Workspaces: Manage Workspace Trust");
  await editor.page.locator(".workspace-trust-buttons-row .monaco-button", { hasText: "Trust" }).first().click();
  // What starts anew then takes the box away from which a place is gone to, and its Enter would be written into the file.
  await until("the model", async () => (await editor.statusText()).includes("Model:"));
  await editor.page.waitForTimeout(3000);
  await until("the repository's settings", async () => {
    await editor.go("postroom/outbox.py", 17, 9);
    const texts = await lenses();
    return texts.length === 4 && texts.every((text) => text.startsWith("last ") || text.includes("last"));
  });
  show("lenses once it is trusted", await lenses());
  await editor.idle();
  show("status once it is trusted", await editor.statusText());
}
