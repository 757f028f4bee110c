// The settings that the server gets: those that somebody has set, and no defaults, so that the user's and the repository's files count
// where the editor is silent. Never does: judge a value; the server does.

import * as vscode from "vscode";

/** What begins with these is about this extension alone. */
const OWN = ["server.", "trace."];

/** The names of the server's settings, without `backstory.`, from the list in package.json. */
export function names(extension: vscode.Extension<unknown>): string[] {
  const sections: { properties: Record<string, unknown> }[] = extension.packageJSON.contributes.configuration;
  const all = sections.flatMap((section) => Object.keys(section.properties)).map((name) => name.replace(/^backstory\./, ""));
  return all.filter((name) => !OWN.some((own) => name.startsWith(own)));
}

/** What somebody has set, as one object: `lens.show` is `show` in the object `lens`. */
export function explicit(names: readonly string[]): Record<string, unknown> {
  const config = vscode.workspace.getConfiguration("backstory");
  const settings: Record<string, unknown> = {};
  for (const name of names) {
    const found = config.inspect(name);
    const value = found?.workspaceFolderValue ?? found?.workspaceValue ?? found?.globalValue;
    if (value !== undefined) {
      put(settings, name.split("."), value);
    }
  }
  return settings;
}

function put(into: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [first, ...rest] = path;
  if (first === undefined) {
    return;
  }
  if (rest.length === 0) {
    into[first] = value;
    return;
  }
  const inner = (into[first] ??= {}) as Record<string, unknown>;
  put(inner, rest, value);
}
