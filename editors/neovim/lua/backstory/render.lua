-- A history as lines of text with the places to colour. Never does: ask for one, or touch a buffer.

local M = {}

---@class backstory.Mark
---@field row integer 0-based
---@field first integer 0-based byte column
---@field last integer 0-based byte column after the last character
---@field group string

---@class backstory.Rendered
---@field lines string[]
---@field marks backstory.Mark[]
---@field changes table<integer, integer> which change a line is of: indices into the history's changes by 1-based lines

---What changes have for a name in the texts of the protocol (`file_rename`) and for people (`file rename`).
---@param kind string
---@return string
function M.kind(kind)
  return (kind:gsub("_", " "))
end

---@param count integer
---@param one string
---@return string
local function counted(count, one)
  return count == 1 and ("1 " .. one) or ("%d %ss"):format(count, one)
end

---@param name string
---@return string
local function without_language(name)
  return (name:gsub("^%a+:", "", 1))
end

---@param change table
---@return string
local function people(change)
  local others = change.co_authors or {}
  return #others == 0 and change.author or ("%s with %s"):format(change.author, table.concat(others, ", "))
end

---@param change table
---@return string
local function what(change)
  local kinds = table.concat(vim.tbl_map(M.kind, change.kinds), ", ")
  local parts = { kinds }
  if change.lines_added > 0 or change.lines_removed > 0 then
    parts[1] = ("%s +%d −%d"):format(kinds, change.lines_added, change.lines_removed)
  end
  table.insert(parts, people(change))
  for _, later in ipairs(change.reverted_by or {}) do
    table.insert(parts, "reverted by " .. later:sub(1, 7))
  end
  if change.from then
    table.insert(parts, ("was %s in %s"):format(change.from.key, change.from.path))
  end
  return table.concat(parts, " · ")
end

---Whether a change is shown.
---@param change table
---@param kind? string only changes of this kind; any where it is missing
---@param all boolean also what changed only documentation, style or formatting
---@return boolean
function M.shows(change, kind, all)
  if kind then
    return vim.tbl_contains(change.kinds, kind)
  end
  return all or not change.hidden
end

---@param history table what `backstory/history` answers with
---@param kind? string
---@param all boolean
---@return backstory.Rendered
function M.history(history, kind, all)
  local out = { lines = {}, marks = {}, changes = {} } ---@type backstory.Rendered
  local function mark(group, first, last)
    table.insert(out.marks, { row = #out.lines - 1, first = first, last = last, group = group })
  end
  local function line(text, group)
    table.insert(out.lines, text)
    if group then
      mark(group, 0, #text)
    end
  end
  local symbol, reference = history.symbol, history.ref
  local hidden, shown = 0, 0
  for _, change in ipairs(history.changes) do
    hidden = hidden + (change.hidden and 1 or 0)
    shown = shown + (M.shows(change, kind, all) and 1 or 0)
  end
  line(("%s %s"):format(symbol.kind, without_language(symbol.key)), "BackstoryTitle")
  line(("%s:%d · history at %s"):format(
    symbol.path,
    symbol.line,
    reference.name and ("%s %s"):format(reference.name, reference.commit:sub(1, 7)) or reference.commit:sub(1, 7)
  ), "BackstoryDim")
  line("<CR> what a commit did · d side by side · f one kind · g? all keys", "BackstoryDim")
  line("")
  if history.uncommitted then
    local kinds = table.concat(vim.tbl_map(M.kind, history.uncommitted.kinds), ", ")
    line(("not committed  %s +%d −%d"):format(kinds, history.uncommitted.lines_added, history.uncommitted.lines_removed))
    mark("BackstoryUncommitted", 0, #"not committed")
  end
  for index, change in ipairs(history.changes) do
    if M.shows(change, kind, all) then
      local hash = change.commit:sub(1, 7)
      line(("%s  %s  %s"):format(change.date, hash, change.subject))
      mark("BackstoryDate", 0, 10)
      mark("BackstoryHash", 12, 19)
      out.changes[#out.lines] = index
      line(("            %s"):format(what(change)), "BackstoryDim")
      out.changes[#out.lines] = index
    end
  end
  if shown == 0 and not history.uncommitted then
    line(kind and ("no change of the kind %s"):format(M.kind(kind)) or "not committed yet")
  end
  if kind then
    line("")
    line(("%s of %d, of the kind %s · f shows others"):format(counted(shown, "change"), #history.changes, M.kind(kind)), "BackstoryDim")
  elseif hidden > 0 and not all then
    line("")
    line(("%s of documentation, style or formatting hidden · a shows all"):format(counted(hidden, "change")), "BackstoryDim")
  end
  for _, limit in ipairs(history.limits) do
    line(limit, "BackstoryDim")
  end
  return out
end

return M
