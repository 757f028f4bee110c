// The lines of the History view: one for each change, with what else there is to say of it below. Never does: ask for anything.

import * as vscode from "vscode";

import { brief, short, type Change, type Told } from "../server/protocol";
import { icon, isShown, summary, type Filter } from "./kinds";

/** What a line of the view stands for. */
export type Line =
  | { readonly kind: "uncommitted"; readonly text: string }
  | { readonly kind: "change"; readonly change: Change; readonly uri: string; readonly root: string }
  | { readonly kind: "detail"; readonly text: string; readonly icon: string }
  | { readonly kind: "hidden"; readonly count: number };

/** The lines of a history, newest first. */
export function lines(told: Told, filter: Filter): Line[] {
  const { history } = told;
  const found: Line[] = [];
  if (history.uncommitted !== undefined) {
    found.push({ kind: "uncommitted", text: summary(history.uncommitted) });
  }
  const shown = history.changes.map((change, index) => ({ change, uri: told.changes[index] ?? "" }));
  for (const { change, uri } of shown.filter(({ change }) => isShown(change, filter))) {
    found.push({ kind: "change", change, uri, root: told.root });
  }
  const count = history.changes.filter((change) => !isShown(change, filter)).length;
  return count === 0 ? found : [...found, { kind: "hidden", count }];
}

/** What stands below a change. */
export function details(change: Change): Line[] {
  const line = (icon: string, text: string): Line => ({ kind: "detail", icon, text });
  const people = [change.author, ...change.co_authors].join(", ");
  const found = [line("edit", summary(change)), line("person", people), line("git-commit", `commit ${short(change.commit)}`)];
  if (change.from !== null) {
    found.push(line("arrow-left", `was ${change.from.key}${change.from.path === change.path ? "" : ` in ${change.from.path}`}`));
  }
  if (change.other !== null) {
    const verb = change.kinds.includes("absorbed") ? "took in" : "out of";
    found.push(line("git-branch", `${verb} ${change.other.key} in ${change.other.path}`));
  }
  for (const reference of change.refs) {
    found.push(line("link", change.closes.includes(reference) ? `closes ${reference}` : reference));
  }
  change.reverts.forEach((hash) => found.push(line("discard", `reverts ${short(hash)}`)));
  change.reverted_by.forEach((hash) => found.push(line("discard", `reverted by ${short(hash)}`)));
  return found;
}

/** How a line looks. */
export function item(line: Line): vscode.TreeItem {
  switch (line.kind) {
    case "uncommitted": {
      const item = new vscode.TreeItem("Uncommitted change");
      item.description = line.text;
      item.iconPath = new vscode.ThemeIcon("circle-filled");
      return item;
    }
    case "change":
      return changeItem(line);
    case "detail": {
      const item = new vscode.TreeItem(line.text);
      item.iconPath = new vscode.ThemeIcon(line.icon);
      item.tooltip = line.text;
      return item;
    }
    case "hidden": {
      const item = new vscode.TreeItem(line.count === 1 ? "1 more change is hidden" : `${line.count} more changes are hidden`);
      item.description = "choose what is shown";
      item.iconPath = new vscode.ThemeIcon("filter");
      item.command = { command: "backstory.history.filter", title: "Filter" };
      return item;
    }
  }
}

function changeItem(line: Extract<Line, { kind: "change" }>): vscode.TreeItem {
  const { change } = line;
  // The narrowest view has place for the date and nothing else; the hash stands on a line of its own below it, too.
  const item = new vscode.TreeItem(change.date, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = line.uri;
  item.description = `${short(change.commit)} ${change.subject}`;
  item.iconPath = new vscode.ThemeIcon(icon(change.kinds));
  item.contextValue = "change";
  item.command = { command: "backstory.history.open", title: "Show what changed", arguments: [line] };
  const tooltip = new vscode.MarkdownString();
  tooltip.appendText(change.subject).appendMarkdown("\n\n").appendText(`${change.author}, ${change.date}, ${short(change.commit)}`);
  tooltip.appendMarkdown("\n\n").appendText(summary(change));
  item.tooltip = tooltip;
  item.accessibilityInformation = {
    label: `${change.date}, ${change.subject}, ${summary(change)}, by ${change.author}, commit ${short(change.commit)}`,
  };
  return item;
}

/** What stands beside the view's title. */
export function heading(told: Told): string {
  return brief(told.history.symbol.key);
}

/** What stands above the lines. */
export function message(told: Told): string {
  const { ref, limits } = told.history;
  return [`As of ${ref.name ?? "a detached HEAD"} (${short(ref.commit)})`, ...limits].join(". ");
}
