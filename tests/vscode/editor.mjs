// A real VS Code (code-server) in a real browser without a window, and what a person does in it: commands by name, keys, and reading what is
// on the screen. Never does: judge.

import { execFileSync, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

const { TOOLS, BACKSTORY, VSIX, PICTURES, CHROMIUM = "/usr/bin/chromium" } = process.env;
const require = createRequire(join(TOOLS, "package.json"));
const { chromium } = require("playwright-core");
const UPNG = require("upng-js");

/** Nothing that a person waits for takes longer, in milliseconds, on a machine that builds at the same time. */
export const PATIENCE = 240_000;

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--force-color-profile=srgb",
];

/** What a new installation asks or shows, which has nothing to do with us. */
const QUIET = {
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.colorTheme": "Default Dark Modern",
  "workbench.layoutControl.enabled": false,
  "window.commandCenter": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "chat.commandCenter.enabled": false,
  "git.openRepositoryInParentFolders": "never",
  "git.blame.statusBarItem.enabled": false,
  "editor.minimap.enabled": false,
  "editor.hover.delay": 100,
  "editor.occurrencesHighlight": "off",
  "editor.stickyScroll.enabled": false,
  "security.workspace.trust.startupPrompt": "never",
  "security.workspace.trust.banner": "never",
};

/**
 * Starts the editor on a folder, or on the several that the file `workspace` lists. `pyright`: with a main language server for Python. `trusts`: as
 * if everything were trusted.
 */
export async function open({ scratch, folder, workspace, settings = {}, pyright = false, backstory = true, trusts = true, env = {}, program = BACKSTORY }) {
  const server = join(TOOLS, "node_modules/code-server/out/node/entry.js");
  const [data, extensions] = [join(scratch, "data"), join(scratch, "extensions")];
  mkdirSync(join(data, "User"), { recursive: true });
  writeFileSync(join(data, "User/settings.json"), JSON.stringify({ ...QUIET, "backstory.server.path": program, ...settings }));
  const places = ["--user-data-dir", data, "--extensions-dir", extensions, "--config", join(scratch, "none.yaml")];
  writeFileSync(join(scratch, "none.yaml"), "");
  for (const vsix of [...(backstory ? [VSIX] : []), ...(pyright ? [process.env.PYRIGHT_VSIX] : [])]) {
    execFileSync(process.execPath, [server, ...places, "--install-extension", vsix], { stdio: "ignore" });
  }
  const port = await freePort();
  const arguments_ = [server, ...places, "--auth", "none", "--bind-addr", `127.0.0.1:${port}`, "--disable-telemetry", "--disable-update-check"];
  const own = { ...process.env, PYRIGHT_SERVER: join(TOOLS, "node_modules/pyright/langserver.index.js"), ...env };
  const child = spawn(process.execPath, [...arguments_, ...(trusts ? ["--disable-workspace-trust"] : [])], {
    env: own,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  child.stdout.on("data", (text) => (log += text));
  child.stderr.on("data", (text) => (log += text));
  await until("code-server", () => fetch(`http://127.0.0.1:${port}/healthz`).then((answer) => answer.ok, () => false));
  const browser = await chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
  const page = await browser.newPage({ viewport: { width: 1100, height: 700 }, locale: "en-US" });
  page.setDefaultTimeout(PATIENCE);
  const opened = workspace === undefined ? `folder=${encodeURIComponent(folder)}` : `workspace=${encodeURIComponent(workspace)}`;
  await page.goto(`http://127.0.0.1:${port}/?${opened}`);
  await page.waitForSelector(".monaco-workbench .statusbar-item");
  return new Editor(page, browser, child, () => log);
}

/** Tries until something is there. */
export async function until(what, check, patience = PATIENCE) {
  const deadline = Date.now() + patience;
  for (;;) {
    const found = await check();
    if (found) {
      return found;
    }
    if (Date.now() > deadline) {
      throw new Error(`waited too long for ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

class Editor {
  constructor(page, browser, child, log) {
    Object.assign(this, { page, browser, child, log });
  }

  async close() {
    await this.browser.close();
    this.child.kill();
    await new Promise((resolve) => this.child.on("exit", resolve));
  }

  /** The process of Backstory's server in this editor and in no other one; undefined while there is none. */
  serverPid() {
    const all = execFileSync("ps", ["-eo", "pid=,ppid=,args="]).toString().trim().split("\n");
    const processes = all.map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)).map(([, pid, parent, args]) => ({ pid: Number(pid), parent: Number(parent), args }));
    const below = (pid) => processes.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...below(child.pid)]);
    return below(this.child.pid).find(({ args }) => args.startsWith(`${BACKSTORY} lsp`))?.pid;
  }

  key(...keys) {
    return keys.reduce((before, key) => before.then(() => this.page.keyboard.press(key)), Promise.resolve());
  }

  /** Runs a command by its title, as from the palette. */
  async command(title) {
    await this.pick(`the command ${title}`, ["F1"], `>${title}`, title.split(": ").pop());
  }

  /** Opens a box, writes into it and takes what is offered first, once that is what is meant. On a busy machine a box may lose what is written into it. */
  async pick(what, keys, text, meant) {
    const input = this.page.locator(".quick-input-widget:not([style*='display: none']) input").first();
    const row = this.page.locator(".quick-input-list .monaco-list-row.focused");
    const isThere = async () => (await row.count()) > 0 && ((await row.first().textContent({ timeout: 1000 }).catch(() => "")) ?? "").includes(meant);
    await until(what, async () => {
      await this.key(...keys);
      await input.fill(text, { timeout: 5000 }).catch(() => {});
      for (let tries = 0; tries < 100; tries += 1) {
        if (await isThere()) {
          return true;
        }
        await this.page.waitForTimeout(100);
      }
      await this.key("Escape");
      return false;
    });
    await this.key("Enter");
  }

  /** Writes into the box that is open under this title. */
  async type(title, text) {
    const widget = this.page.locator(".quick-input-widget", { hasText: title });
    await widget.waitFor();
    await widget.locator("input").first().fill(text);
  }

  /** Opens a file and puts the cursor on a word of a line, both counted from 1. */
  async go(path, line, column = 1) {
    // Out of a panel, whose page a browser without a window may leave without a focus; what was opened from it is beside the code.
    const tab = this.page.locator(".editor-group-container").first().locator(".tab.active");
    if ((await tab.count()) > 0) {
      await tab.click();
    }
    const name = path.split("/").pop();
    // What else happens in the window at that time may take the place that was gone to.
    await until(`${path}:${line}`, async () => {
      await this.pick(`the file ${path}`, ["Control+1", "Control+p"], `${path}:${line}:${column}`, name);
      await this.tab(name).waitFor();
      return this.place((place) => place.startsWith(`Ln ${line}, Col ${column}`), 10_000).catch(() => false);
    });
  }

  /** Where the cursor is, once that is as wanted. */
  place(isWanted, patience = PATIENCE) {
    const status = this.page.locator("#status\\.editor\\.selection");
    const isThere = async () => {
      const text = await status.innerText({ timeout: 1000 }).catch(() => "");
      return isWanted(text) && text;
    };
    return until("the cursor to be there", isThere, patience);
  }

  /** The open tab, if it has that name. */
  tab(name) {
    const named = name === undefined ? "" : `[aria-label^="${name}"]`;
    return this.page.locator(`.editor-group-container.active .tab.active${named}`);
  }

  /** What the open tab is called. */
  async title() {
    return (await this.tab().getAttribute("aria-label", { timeout: 1000 }).catch(() => "")) ?? "";
  }

  /** The same, once it has some words; without what VS Code adds. */
  titled(words) {
    return until(`a tab with “${words}”`, async () => {
      const title = (await this.title()).replace(/,? preview.*/, "");
      return title.includes(words) && title;
    });
  }

  /** The hover at the cursor, once it says all of this: one text for each server that answers. */
  async hover(...parts) {
    const hover = this.page.locator(".monaco-hover:not(.hidden):not(.workbench-hover) .hover-row");
    let last = "";
    await until(`a hover with ${parts}, not ${last}`, async () => {
      await this.key("Control+k", "Control+i");
      for (let tries = 0; tries < 15; tries += 1) {
        last = (await hover.allInnerTexts()).join("\n");
        if (parts.every((part) => last.includes(part))) {
          return true;
        }
        await this.page.waitForTimeout(100);
      }
      await this.key("Escape");
      return false;
    });
    return (await hover.allInnerTexts()).map((text) => text.trim()).filter((text) => text !== "");
  }

  /** The lines of a view, as a screen reader has them. */
  async lines(view) {
    const rows = this.page.locator(`.pane:has(.pane-header[aria-label*="${view}"]) .monaco-list-row`);
    return rows.evaluateAll((all) =>
      all.map((row) => {
        const texts = [...row.querySelectorAll(".label-name, .label-description")].map((part) => part.textContent.trim());
        return "  ".repeat(Number(row.getAttribute("aria-level")) - 1) + texts.filter(Boolean).join("  ");
      }),
    );
  }

  /** The lenses from top to bottom, which is not the order that they were made in: each with its text and its number in the page. */
  async lenses() {
    const found = await this.page.locator(".codelens-decoration").evaluateAll((all) =>
      all.map((lens, number) => ({ text: lens.innerText, number, top: lens.getBoundingClientRect().top })),
    );
    return found.sort((a, b) => a.top - b.top);
  }

  /** The number, counted from 1, of the lens right above a line that can be seen; undefined where there is none. */
  async lensAbove(words) {
    const lenses = await this.lenses();
    const lines = await this.page.locator(".editor-group-container").first().locator(".view-line").evaluateAll((all) =>
      all.map((line) => ({ text: line.innerText.replace(/\u00a0/g, " "), top: line.getBoundingClientRect().top })),
    );
    const line = lines.find(({ text }) => text.includes(words));
    const above = lenses.filter(({ top, text }) => line !== undefined && top < line.top && top > line.top - 40 && text.includes("introduced"));
    return above.length === 0 ? undefined : above.at(-1).number + 1;
  }

  /** Makes the side bar wider, or narrower, with the mouse. */
  async sideBar(width) {
    const box = await this.page.locator(".part.sidebar").boundingBox();
    await this.page.mouse.move(box.x + box.width, 300);
    await this.page.mouse.down();
    await this.page.mouse.move(box.x + width, 300, { steps: 5 });
    await this.page.mouse.up();
  }

  /** The panel's page. */
  panel() {
    return this.page.frameLocator("iframe.webview").frameLocator("#active-frame");
  }

  async panelText() {
    const text = await this.panel().locator("#page").innerText({ timeout: 5000 }).catch(() => "");
    return text.replace(/\n{2,}/g, "\n").trim();
  }

  async statusText() {
    const item = this.page.locator(".statusbar-item[id*='backstory.status']");
    return (await item.count()) === 0 ? "" : ((await item.getAttribute("aria-label")) ?? "");
  }

  /** Waits until the server has read what it reads by itself. */
  async idle() {
    await until("the server to be idle", async () => {
      const text = await this.statusText();
      const busy = await this.page.locator(".statusbar-item[id*='backstory.status'] .codicon-modifier-spin").count();
      return /\bmain [0-9a-f]{7}/.test(text) && busy === 0;
    });
  }

  notifications() {
    return this.page.locator(".notification-toast .notification-list-item-message").allInnerTexts();
  }

  /** A picture of the window or a part of it, small enough for a page of the documentation. */
  async picture(name, clip) {
    if (!PICTURES) {
      return;
    }
    await this.page.mouse.move(2, 2);
    await this.page.waitForTimeout(400);
    const png = await this.page.screenshot({ ...(clip === undefined ? {} : { clip }), animations: "disabled", caret: "hide" });
    const { width, height } = UPNG.decode(png);
    const small = UPNG.encode(UPNG.toRGBA8(UPNG.decode(png)), width, height, 64);
    writeFileSync(join(PICTURES, `${name}.png`), Buffer.from(small));
  }
}
