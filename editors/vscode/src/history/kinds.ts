// What kinds of changes are called, how they look, and which are shown. Never does: keep a choice.

import type { Change } from "../server/protocol";

/** All kinds in the order of docs/history.md: what people read, and the icon. */
export const KINDS: Readonly<Record<string, { readonly label: string; readonly icon: string }>> = {
  introduced: { label: "introduced", icon: "star-empty" },
  extracted: { label: "extracted", icon: "git-branch" },
  reintroduced: { label: "came back", icon: "star-empty" },
  deleted: { label: "deleted", icon: "trash" },
  body: { label: "body", icon: "edit" },
  absorbed: { label: "took in another", icon: "git-merge" },
  signature: { label: "signature", icon: "symbol-parameter" },
  rename: { label: "renamed", icon: "symbol-string" },
  container: { label: "container renamed", icon: "symbol-class" },
  move: { label: "moved", icon: "arrow-right" },
  file_rename: { label: "file renamed", icon: "file" },
  attribute: { label: "attributes", icon: "tag" },
  docs: { label: "documentation", icon: "book" },
  style: { label: "style", icon: "symbol-color" },
  formatting: { label: "formatting", icon: "whitespace" },
};

/** Which changes are shown. */
export interface Filter {
  /** Kinds that are not wanted. */
  readonly without: readonly string[];
  /** Whether changes are shown of which nothing but documentation, style or formatting changed, or that are listed as noise. */
  readonly hidden: boolean;
}

export const EVERYTHING_THAT_MATTERS: Filter = { without: [], hidden: false };

export function isShown(change: Change, filter: Filter): boolean {
  const wanted = change.kinds.length === 0 || change.kinds.some((kind) => !filter.without.includes(kind));
  return wanted && (filter.hidden || !change.hidden);
}

export function label(kind: string): string {
  return KINDS[kind]?.label ?? kind.replace(/_/g, " ");
}

/** The icon of the first of its kinds, which weigh from left to right. */
export function icon(kinds: readonly string[]): string {
  return KINDS[kinds[0] ?? ""]?.icon ?? "git-commit";
}

/** `body, signature +3 −1`. */
export function summary(change: { kinds: readonly string[]; lines_added: number; lines_removed: number }): string {
  const lines = change.lines_added + change.lines_removed > 0 ? ` +${change.lines_added} −${change.lines_removed}` : "";
  return change.kinds.map(label).join(", ") + lines;
}
