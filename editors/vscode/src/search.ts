// Search by meaning in a list that fills while somebody types, and the question to the whole repository. Never does: filter what the server
// found; it fits the meaning and need not have the letters.

import * as vscode from "vscode";

import { symbolIcon } from "./impact/items";
import type { Opener } from "./opening";
import { sentence, type Server } from "./server/client";
import { brief, plain, short, type Found } from "./server/protocol";

/** Somebody who types writes the next letter sooner than this, in milliseconds. */
const PAUSE = 200;

type Kind = Found["kind"];

export type ScopeName = "code" | "commits" | "documents";

const SCOPES: readonly { readonly name: ScopeName; readonly kinds: readonly Kind[]; readonly label: string; readonly icon: string }[] = [
  { name: "code", kinds: ["symbol"], label: "code", icon: "symbol-method" },
  { name: "commits", kinds: ["commit", "discussion"], label: "commits and discussions", icon: "git-commit" },
  { name: "documents", kinds: ["doc"], label: "documents", icon: "book" },
];

interface Item extends vscode.QuickPickItem {
  readonly found?: Found;
}

interface Scope extends vscode.QuickInputButton {
  readonly index: number;
}

/** Searches until somebody chooses something or gives up. The buttons, which VS Code leads no key to, choose another scope meanwhile. */
export function search(server: Server, opener: Opener, name: ScopeName): void {
  const pick = vscode.window.createQuickPick<Item>();
  let scope = SCOPES.findIndex((one) => one.name === name);
  let asking: vscode.CancellationTokenSource | undefined;
  let timer: NodeJS.Timeout | undefined;

  const show = (): void => {
    const { label } = SCOPES[scope] ?? { label: "" };
    pick.title = `Search ${label} by meaning`;
    pick.placeholder = "what it does, in your words: follow a symbol when its file is renamed";
    pick.buttons = SCOPES.map(
      ({ label, icon }, index): Scope => ({ iconPath: new vscode.ThemeIcon(icon), tooltip: `Search ${label}`, index }),
    );
  };
  const find = async (): Promise<void> => {
    asking?.cancel();
    const query = pick.value.trim();
    if (query === "") {
      pick.items = [];
      return;
    }
    const mine = new vscode.CancellationTokenSource();
    asking = mine;
    pick.busy = true;
    try {
      const params = { query, kinds: SCOPES[scope]?.kinds, limit: 30 };
      const found = await server.ask<Found[]>("backstory/search", params, mine.token);
      if (!mine.token.isCancellationRequested) {
        pick.items = found.length === 0 ? [note("Nothing in this repository fits")] : found.map(item);
      }
    } catch (error) {
      if (!mine.token.isCancellationRequested) {
        pick.items = [note(sentence(error))];
      }
    } finally {
      if (asking === mine) {
        pick.busy = false;
      }
    }
  };

  pick.onDidChangeValue(() => {
    clearTimeout(timer);
    timer = setTimeout(() => void find(), PAUSE);
  });
  pick.onDidTriggerButton((button) => {
    scope = (button as Scope).index;
    show();
    void find();
  });
  pick.onDidAccept(() => {
    const found = pick.selectedItems[0]?.found;
    if (found !== undefined) {
      pick.hide();
      open(found, opener).catch((error: unknown) => vscode.window.showWarningMessage(sentence(error)));
    }
  });
  pick.onDidHide(() => {
    clearTimeout(timer);
    asking?.cancel();
    pick.dispose();
  });
  show();
  pick.show();
}

/** Asks what to ask. */
export async function question(): Promise<string | undefined> {
  const asked = await vscode.window.showInputBox({
    title: "Ask the repository",
    prompt: "Answered from commits, discussions, documents and code, with the place of each sentence.",
    placeHolder: "why is the Authorization header dropped on redirects?",
  });
  return asked?.trim() === "" ? undefined : asked?.trim();
}

function note(label: string): Item {
  return { label, alwaysShow: true };
}

function item(found: Found): Item {
  // With the name of its folder, where there are several.
  const path = found.uri === undefined ? found.path : vscode.workspace.asRelativePath(vscode.Uri.parse(found.uri));
  const place = path === undefined ? "" : `${path}:${found.line ?? 1}`;
  switch (found.kind) {
    case "symbol":
      return {
        label: `$(${symbolIcon(found.symbol ?? "")}) ${brief(found.key)}`,
        description: place,
        detail: found.docs === "" ? plain(found.key) : found.docs,
        alwaysShow: true,
        found,
      };
    case "commit":
      return { label: `$(git-commit) ${found.key}`, description: `${found.date ?? ""} ${short(found.commit ?? "")}`, detail: found.snippet?.text ?? "", alwaysShow: true, found };
    case "doc":
      return { label: `$(book) ${found.key}`, description: place, detail: found.snippet?.text ?? "", alwaysShow: true, found };
    case "discussion":
      return { label: `$(comment-discussion) ${found.key}`, description: found.date ?? "", detail: first(found.text), alwaysShow: true, found };
  }
}

function first(text: string | undefined): string {
  return text?.split("\n")[0] ?? "";
}

async function open(found: Found, opener: Opener): Promise<void> {
  if (found.uri !== undefined && found.range !== undefined) {
    const { start, end } = found.range;
    const range = new vscode.Range(start.line, start.character, end.line, end.character);
    await opener.file(vscode.Uri.parse(found.uri), range);
  } else if (found.kind === "commit") {
    // It is of the repository of one of them.
    const roots = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.toString());
    await opener.commit(roots, found.commit ?? "");
  } else if (found.url !== undefined) {
    await vscode.env.openExternal(vscode.Uri.parse(found.url));
  }
}
