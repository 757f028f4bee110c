// Without a model and without another language server: what is missing is said, and nothing is fetched unasked.

import { existsSync } from "node:fs";
import { join } from "node:path";

import { until } from "./editor.mjs";

export const options = ({ scratch }) => ({
  env: { BACKSTORY_CACHE_DIR: join(scratch, "cache"), BACKSTORY_MODEL_DIR: join(scratch, "models") },
});

export async function run(editor, { show, scratch }) {
  await editor.go("postroom/outbox.py", 17, 9);
  await editor.idle();
  show("status", await editor.statusText());
  await editor.command("Backstory: Explain Why It Is As It Is");
  await editor.panel().locator("#page[aria-busy=false]").waitFor();
  show("explanation", (await editor.panelText()).split("\n"));
  await editor.picture("vscode-no-model");
  await editor.panel().locator("button.button").click();
  const dialog = editor.page.locator(".monaco-dialog-box");
  await dialog.waitFor();
  show("consent", (await dialog.locator(".dialog-message-container").innerText()).split("\n"));
  show("its buttons", await dialog.locator(".dialog-buttons .monaco-button").allInnerTexts());
  await editor.key("Escape");
  await dialog.waitFor({ state: "detached" });
  show("fetched without consent", existsSync(join(scratch, "models")) ? "something" : "nothing");
  // No other server is there, so this one knows names, too.
  await editor.go("postroom/outbox.py", 22, 37);
  await editor.key("F12");
  await editor.tab("wire.py").waitFor();
  show("definition without another server", await editor.place((place) => place !== "Ln 22, Col 37"));
  show("notifications before it fails", await editor.notifications());
  // Once is nothing to speak of.
  const killed = kill(editor);
  await until("another server", () => (editor.serverPid() ?? killed) !== killed);
  await editor.idle();
  await editor.go("postroom/outbox.py", 17, 9);
  show("hover after the server was killed", await editor.hover("Introduced"));
  await editor.key("Escape");
  show("notifications after it was killed once", await editor.notifications());
  await until("the end", async () => {
    kill(editor);
    await editor.page.waitForTimeout(500);
    return (await editor.notifications()).length > 0;
  });
  show("a server that always ends", await editor.notifications());
  show("status then", await editor.statusText());
  await editor.page.locator(".notification-toast .monaco-button", { hasText: "Start again" }).click();
  await editor.idle();
  show("status after another try", await editor.statusText());
}

/** Kills the server, if there is one; gives its process. */
function kill(editor) {
  const pid = editor.serverPid();
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // There is none at the moment.
  }
  return pid;
}
