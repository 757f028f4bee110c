// What the server's own requests take and give, as docs/clients.md and the pages of the commands describe it; only what is used here.
// Never does: send anything.

import type { Position, Range } from "vscode-languageclient/node";

/** A symbol inside its file, as the server names it. To us it is opaque. */
export type LocalKey = Readonly<Record<string, unknown>>;

/** What is asked about: a place, a symbol, or a file. */
export interface Asked {
  readonly uri: string;
  readonly position?: Position;
  readonly symbol?: LocalKey;
  readonly ask?: "changes" | "what" | "doc";
}

/** What was meant by a place, to be asked about again. */
export interface Meant {
  /** What paths are relative to. */
  readonly root: string;
  readonly symbol: Asked;
}

export interface Place {
  readonly path: string;
  readonly key: string;
}

export interface Change {
  readonly commit: string;
  readonly date: string;
  readonly author: string;
  readonly co_authors: readonly string[];
  readonly subject: string;
  readonly kinds: readonly string[];
  readonly hidden: boolean;
  readonly path: string;
  readonly key: string;
  readonly from: Place | null;
  readonly other: Place | null;
  readonly refs: readonly string[];
  readonly closes: readonly string[];
  readonly pull_request: string | null;
  readonly reverts: readonly string[];
  readonly reverted_by: readonly string[];
  readonly lines_added: number;
  readonly lines_removed: number;
}

export interface Uncommitted {
  readonly kinds: readonly string[];
  readonly from: Place | null;
  readonly lines_added: number;
  readonly lines_removed: number;
}

export interface Reference {
  readonly name: string | null;
  readonly commit: string;
}

/** The answer to `backstory/history`. */
export interface Told extends Meant {
  readonly history: {
    readonly ref: Reference;
    readonly symbol: { readonly key: string; readonly kind: string; readonly path: string; readonly line: number };
    readonly complete: boolean;
    readonly limits: readonly string[];
    readonly uncommitted?: Uncommitted;
    readonly changes: readonly Change[];
  };
  readonly changes: readonly string[];
}

export type Source =
  | { readonly kind: "commit"; readonly commit: string }
  | { readonly kind: "discussion"; readonly reference: string; readonly commit: string }
  | { readonly kind: "text"; readonly path: string; readonly line: number };

export interface Sentence {
  readonly text: string;
  readonly sources: readonly Source[];
  readonly kind: "stated" | "quoted" | "worded";
}

export interface Worded {
  readonly model: string;
  readonly remote: boolean;
  readonly sentences: readonly Sentence[];
}

export interface Related {
  readonly kind: string | null;
  readonly key: string;
  readonly path: string;
  readonly line: number;
  readonly confidence: string;
}

/** The answer to `backstory/explain`, and each part of it. */
export interface Explained extends Meant {
  readonly report: {
    readonly ref: Reference | null;
    readonly symbol: {
      readonly kind: string;
      readonly key: string;
      readonly name: string;
      readonly signature: string;
      readonly docs: string;
      readonly path: string;
      readonly line: number;
    };
    readonly uncommitted: Uncommitted | null;
    readonly changes: readonly Change[];
    readonly limits: readonly string[];
    readonly uses: readonly Related[];
    readonly used_by: readonly Related[];
    readonly reasons: readonly unknown[];
    readonly account: readonly Sentence[];
    readonly explanation: Worded | null;
    readonly draft: string | null;
  };
  readonly changes: readonly string[];
}

/** One result of a search. */
export interface Found {
  readonly kind: "symbol" | "commit" | "doc" | "discussion";
  /** Of a commit its full hash; the key is its subject. */
  readonly commit?: string | null;
  readonly key: string;
  readonly symbol?: string;
  readonly path?: string;
  readonly line?: number;
  readonly date?: string;
  readonly url?: string;
  readonly text?: string;
  readonly uri?: string;
  readonly range?: Range;
  readonly docs: string;
  readonly snippet?: { readonly line: number; readonly text: string };
}

/** The answer to `backstory/ask`, and each part of it. */
export interface Answered {
  readonly root: string;
  readonly answer: {
    readonly question: string;
    readonly answer: readonly Sentence[];
    readonly explanation?: Worded;
    readonly found: readonly Found[];
  };
}

export interface Step {
  readonly kind: string | null;
  readonly key: string;
  readonly path: string;
  readonly line: number;
  readonly use?: string;
  readonly use_line?: number;
}

export interface Dependent extends Step {
  readonly distance: number;
  readonly confidence: string;
  readonly via: readonly Step[];
}

export interface TestOf {
  readonly id: string;
  readonly path: string;
  readonly line: number;
  readonly distance: number;
  readonly confidence: string;
  readonly via: readonly Step[];
}

export interface LookAt {
  readonly kind: string;
  readonly key: string;
  readonly path: string;
  readonly line: number;
  readonly of: string;
  readonly reasons: readonly Reason[];
}

export interface Reason {
  readonly reason: string;
  readonly together?: number;
  readonly of?: number;
  readonly hidden?: boolean;
  readonly confidence?: string;
  readonly count?: number;
  readonly percent?: number;
}

/** The answer to `backstory/impact`. */
export interface Affected extends Meant {
  readonly impact: {
    readonly symbols: readonly {
      readonly kind: string;
      readonly key: string;
      readonly public: string | null;
      readonly why: Sentence | null;
    }[];
    readonly dependents: number;
    readonly direct: number;
    readonly tests: number;
    readonly dependent_list: readonly Dependent[];
    readonly look_at: readonly LookAt[];
    readonly test_list: readonly TestOf[];
    readonly run: { readonly pytest: readonly string[]; readonly cargo: readonly (readonly string[])[] };
    readonly limits: readonly string[];
  };
}

/** The answer to `backstory/status`. */
export interface Status {
  readonly busy: boolean;
  readonly paused: boolean;
  readonly model: {
    readonly state: "ready" | "missing" | "off";
    readonly title: string | null;
    readonly remote: boolean;
    readonly reason: string | null;
  };
  readonly repositories: readonly {
    readonly root: string | null;
    readonly ref: string | null;
    readonly commit: string | null;
    readonly files: number;
    readonly reading: boolean;
  }[];
  readonly warnings: readonly string[];
}

/** The answer to `backstory/change`. */
export interface Compared {
  readonly change: Change;
  readonly old: { readonly path: string; readonly text: string } | null;
  readonly new: { readonly path: string; readonly text: string } | null;
}

/** A hash as people read it. */
export function short(hash: string): string {
  return hash.slice(0, 7);
}

/** A qualified name without its language. */
export function plain(key: string): string {
  return key.replace(/^(rust|python):/, "");
}

/** The last parts of a qualified name: enough to know it by. */
export function brief(key: string): string {
  const parts = plain(key).split(/(::|\.)/);
  return parts.slice(-3).join("");
}
