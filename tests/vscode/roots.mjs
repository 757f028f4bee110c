// Two repositories in one window, each with its own history; what is asked is answered from the one that the file is in.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { until } from "./editor.mjs";

export function options({ folder, scratch }) {
  const other = join(scratch, "other");
  const git = (...args) => execFileSync("git", ["-c", "user.name=Mary Post", "-c", "user.email=mary@example.org", ...args], { stdio: "ignore" });
  git("clone", folder, other);
  git("-C", other, "mv", "postroom/outbox.py", "postroom/outgoing.py");
  const file = join(other, "postroom/outgoing.py");
  writeFileSync(file, readFileSync(file, "utf8").replace("60)", "300)"));
  git("-C", other, "commit", "--all", "--date", "2025-02-03T10:00:00+00:00", "--message", "Wait for five minutes at most");
  const workspace = join(scratch, "two.code-workspace");
  writeFileSync(workspace, JSON.stringify({ folders: [{ path: folder }, { path: other }] }));
  return { workspace, env: { BACKSTORY_CACHE_DIR: join(scratch, "cache"), BACKSTORY_MODEL_DIR: join(scratch, "models") } };
}

export async function run(editor, { show }) {
  const newest = async (path, changes) => {
    await editor.go(path, 17, 9);
    await editor.command("Backstory: Show History");
    await until("its history", async () => (await editor.lines("History")).length === changes);
    return (await editor.lines("History"))[0].replace(/[0-9a-f]{7}/, "HASH");
  };
  show("the newest change in one", await newest("postroom/outbox.py", 5));
  show("the newest change in the other", await newest("postroom/outgoing.py", 6));
  show("and in the first one again", await newest("postroom/outbox.py", 5));
  await editor.idle();
  show("status", (await editor.statusText()).replace(/\b[0-9a-f]{7}\b/g, "HASH"));
  await editor.command("Backstory: Search by Meaning…");
  await editor.type("Search code by meaning", "turn a line of text back into a message");
  const rows = editor.page.locator(".quick-input-list .monaco-list-row");
  await until("results", async () => (await rows.allInnerTexts()).some((text) => text.includes("decode")));
  const labels = await rows.evaluateAll((all) => all.map((row) => row.getAttribute("aria-label").replace(/\s+/g, " ")));
  show("found in both", labels.filter((label) => label.includes("decode")).sort());
  await editor.key("Escape");
  show("notifications", await editor.notifications());
}
