// What somebody does who looks for something, beside pyright: a search by meaning, and a question.

import { join } from "node:path";

import { until } from "./editor.mjs";

export const options = ({ scratch }) => ({ pyright: true, env: { BACKSTORY_CACHE_DIR: join(scratch, "cache") } });

export async function run(editor, { show }) {
  await editor.go("postroom/outbox.py", 17, 9);
  await editor.idle();
  await searches(editor, show);
  await asks(editor, show);
  show("notifications", await editor.notifications());
}

async function searches(editor, show) {
  await editor.command("Backstory: Search by Meaning…");
  const rows = editor.page.locator(".quick-input-list .monaco-list-row");
  await editor.type("Search code by meaning", "turn a line of text back into a message");
  await until("results", async () => (await rows.allInnerTexts()).some((text) => text.includes("decode")));
  show("the best of a search", (await rows.first().getAttribute("aria-label")).replace(/\s+/g, " "));
  await editor.picture("vscode-search", { x: 180, y: 0, width: 740, height: 330 });
  await editor.key("Enter");
  await editor.tab("wire.py").waitFor();
  show("it leads to", await editor.place((place) => /selected/.test(place)));
}

async function asks(editor, show) {
  await editor.command("Backstory: Ask the Repository…");
  await editor.type("Ask the repository", "why does the queue wait longer after each failure?");
  await editor.key("Enter");
  await until("an answer", async () => {
    const text = await editor.panelText();
    return text.includes("In its own words") && text.includes("all clients come back at once");
  });
  await editor.panel().locator("#page[aria-busy=false]").waitFor();
  const text = (await editor.panelText()).split("\n");
  show("an answer in its own words", text.slice(text.indexOf("In its own words") + 1, text.indexOf("To read on")));
}
