// What is asked about when somebody runs a command: the symbol at the cursor, or what a link, a lens or a view names. Never does: ask.

import * as vscode from "vscode";

import type { Asked } from "./server/protocol";

const LANGUAGES = ["rust", "python"];

/** The place of the cursor; undefined where the file is of no language that Backstory knows. */
export function askedAt(editor: vscode.TextEditor): Asked | undefined {
  const { document, selection } = editor;
  if (document.uri.scheme !== "file" || !LANGUAGES.includes(document.languageId)) {
    return undefined;
  }
  const { line, character } = selection.active;
  return { uri: document.uri.toString(), position: { line, character } };
}

/** What a command is about: its argument, or the place of the cursor. Says what to do where there is none. */
export function meant(argument: unknown): Asked | undefined {
  if (isAsked(argument)) {
    return argument;
  }
  const editor = vscode.window.activeTextEditor;
  const asked = editor === undefined ? undefined : askedAt(editor);
  if (asked === undefined) {
    void vscode.window.showInformationMessage("Put the cursor into a function, type or constant of a Rust or Python file first.");
  }
  return asked;
}

/** Context menus pass the file's URI, which says nothing of a symbol. */
function isAsked(argument: unknown): argument is Asked {
  if (typeof argument !== "object" || argument === null) {
    return false;
  }
  const { uri, position, symbol } = argument as Record<string, unknown>;
  return typeof uri === "string" && (position !== undefined || symbol !== undefined);
}
