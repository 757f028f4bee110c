// The lines of the Impact view: what to look at, what depends on the symbol and by which way, which tests reach it. Never does: ask for
// anything.

import * as vscode from "vscode";

import { brief, plain, type Affected, type Dependent, type LookAt, type Reason, type Step, type TestOf } from "../server/protocol";

/** A place that a line leads to. */
export interface Target {
  readonly root: string;
  readonly path: string;
  readonly line: number;
}

/** What a line of the view stands for. */
export interface Line {
  readonly label: string;
  readonly description?: string;
  readonly icon?: string;
  readonly target?: Target;
  readonly context?: "tests";
  readonly open?: boolean;
  readonly inside?: readonly Line[];
}

/** The groups of an impact, each with its lines. */
export function lines({ impact, root }: Affected): Line[] {
  const groups: Line[] = impact.symbols.flatMap(({ why }) => (why === null ? [] : [{ label: why.text, icon: "comment" }]));
  const group = (label: string, icon: string, inside: Line[], context?: "tests"): void => {
    if (inside.length > 0) {
      groups.push({ label, icon, inside, open: true, ...(context === undefined ? {} : { context }) });
    }
  };
  group("If you change it, look at", "eye", impact.look_at.map((at) => lookAt(root, at)));
  group(`Depends on it: ${impact.dependents}`, "references", impact.dependent_list.map((it) => dependent(root, it)));
  group(`Tests: ${impact.tests}`, "beaker", impact.test_list.map((it) => test(root, it)), "tests");
  impact.limits.forEach((limit) => groups.push({ label: limit, icon: "info" }));
  if (groups.length === 0) {
    groups.push({ label: "Nothing depends on it", icon: "check" });
  }
  return groups;
}

function lookAt(root: string, at: LookAt): Line {
  const reasons = at.reasons.map(reason);
  return {
    label: at.kind === "document" ? at.key : brief(at.key),
    description: reasons.join(", "),
    icon: symbolIcon(at.kind),
    target: { root, path: at.path, line: at.line },
    inside: [...reasons.map((label) => ({ label, icon: "circle-small" })), place(root, at)],
  };
}

function dependent(root: string, it: Dependent): Line {
  const surely = it.confidence === "exact" ? "" : ` (${it.confidence})`;
  const steps = it.distance === 1 ? "" : `, ${it.distance} steps`;
  return {
    label: brief(it.key),
    description: `${use(it.use ?? "")}${steps}${surely}`,
    icon: symbolIcon(it.kind ?? "file"),
    target: { root, path: it.path, line: it.use_line ?? it.line },
    inside: [place(root, { path: it.path, line: it.use_line ?? it.line }), ...it.via.map((step) => way(root, step))],
  };
}

function test(root: string, it: TestOf): Line {
  const steps = it.distance === 1 ? "1 step" : `${it.distance} steps`;
  return {
    label: it.id.split("::").pop() ?? it.id,
    description: `${it.path}, ${steps}${it.confidence === "exact" ? "" : ` (${it.confidence})`}`,
    icon: "beaker",
    target: { root, path: it.path, line: it.line },
    inside: it.via.map((step) => way(root, step)),
  };
}

function way(root: string, step: Step): Line {
  const line = step.use_line ?? step.line;
  return {
    label: step.use === undefined ? brief(step.key) : `through ${brief(step.key)}`,
    description: `${step.path}:${line}`,
    icon: "arrow-small-right",
    target: { root, path: step.path, line },
  };
}

function place(root: string, { path, line }: { path: string; line: number }): Line {
  return { label: `${path}:${line}`, icon: "go-to-file", target: { root, path, line } };
}

const USES: Readonly<Record<string, string>> = {
  call: "calls it",
  override: "overrides it",
  dispatch: "may run it",
  inherit: "inherits it",
  type: "names it as a type",
  mention: "mentions it",
  reexport: "reexports it",
  import: "imports it",
};

function use(name: string): string {
  return USES[name] ?? name;
}

/** Why something is on the list. */
export function reason(it: Reason): string {
  const unsure = it.confidence === undefined || it.confidence === "exact" ? "" : ` (${it.confidence})`;
  switch (it.reason) {
    case "changed_together":
      return `changed in ${it.together ?? 0} of ${it.of ?? 0} edits${it.hidden === true ? ", neither uses the other" : ""}`;
    case "uses":
      return `uses it${unsure}`;
    case "used_by":
      return `used by it${unsure}`;
    case "copy":
      return `code ${it.percent ?? 0} % like it`;
    case "alike":
      return `${it.percent ?? 0} % alike`;
    case "mentions":
      return "mentions it";
    case "near":
      return "in the same file";
    case "files_together":
      return `its file changed in ${it.percent ?? 0} % of the changes of this one's`;
    default:
      return it.reason.replace(/_/g, " ");
  }
}

const ICONS: Readonly<Record<string, string>> = {
  function: "symbol-method",
  method: "symbol-method",
  macro: "symbol-method",
  class: "symbol-class",
  struct: "symbol-structure",
  union: "symbol-structure",
  enum: "symbol-enum",
  trait: "symbol-interface",
  constant: "symbol-constant",
  static: "symbol-constant",
  field: "symbol-field",
  variant: "symbol-enum-member",
  module: "symbol-namespace",
  type: "symbol-parameter",
  document: "book",
};

export function symbolIcon(kind: string): string {
  return ICONS[kind] ?? "symbol-file";
}

export function item(line: Line): vscode.TreeItem {
  const state = vscode.TreeItemCollapsibleState;
  const inside = line.inside ?? [];
  const item = new vscode.TreeItem(line.label, inside.length === 0 ? state.None : line.open === true ? state.Expanded : state.Collapsed);
  if (line.description !== undefined) {
    item.description = line.description;
  }
  if (line.icon !== undefined) {
    item.iconPath = new vscode.ThemeIcon(line.icon);
  }
  if (line.context !== undefined) {
    item.contextValue = line.context;
  }
  item.tooltip = [line.label, line.description, line.target && `${line.target.path}:${line.target.line}`].filter(Boolean).join("\n");
  if (line.target !== undefined) {
    item.command = { command: "backstory.impact.open", title: "Open", arguments: [line.target] };
  }
  return item;
}

/** What stands beside the view's title. */
export function heading({ impact }: Affected): string {
  return impact.symbols.map(({ key }) => brief(key)).join(", ");
}

/** What stands above the lines. */
export function message({ impact }: Affected): string {
  const many = (count: number, one: string, more: string): string => `${count === 0 ? "no" : count} ${count === 1 ? one : more}`;
  const direct = impact.direct === impact.dependents ? "" : ` (${impact.direct} direct)`;
  const counts = [many(impact.dependents, "dependent", "dependents") + direct, many(impact.tests, "test that reaches it", "tests that reach it")];
  // A long name may be broken where a narrow view ends, or the text around it would be cut.
  const broken = (name: string): string => name.replace(/(\.|::)/g, "$1\u200b");
  const names = impact.symbols.flatMap((symbol) => (symbol.public === null ? [] : [`public as ${broken(plain(symbol.public))}`]));
  return [...counts, ...names].join(", ");
}

/** What runs the tests, a line for each command; empty where there are none. */
export function commands({ impact }: Affected): string[] {
  const quoted = (argument: string): string => (/^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replace(/'/g, "'\\''")}'`);
  const line = (program: string, args: readonly string[]): string => [program, ...args.map(quoted)].join(" ");
  const pytest = impact.run.pytest.length === 0 ? [] : [line("pytest", impact.run.pytest)];
  return [...pytest, ...impact.run.cargo.map((args) => line("cargo test", args))];
}
