-- The history of a symbol as a buffer: one change on two lines, with keys to open, filter and read again. Never does: find a history.

local client = require("backstory.client")
local render = require("backstory.render")
local window = require("backstory.window")

local M = {}

local namespace = vim.api.nvim_create_namespace("backstory.timeline")

---@class backstory.Timeline
---@field answer table what `backstory/history` answered
---@field kind? string
---@field all boolean
---@field changes table<integer, integer>

---@type table<integer, backstory.Timeline> by buffer
local timelines = {}

local GROUPS = {
  BackstoryTitle = "Title",
  BackstoryDate = "Number",
  BackstoryHash = "Identifier",
  BackstoryDim = "Comment",
  BackstoryUncommitted = "WarningMsg",
}

---@param bufnr integer
local function draw(bufnr)
  local timeline = timelines[bufnr]
  local drawn = render.history(timeline.answer.history, timeline.kind, timeline.all)
  timeline.changes = drawn.changes
  window.fill(bufnr, drawn.lines)
  vim.api.nvim_buf_clear_namespace(bufnr, namespace, 0, -1)
  for _, mark in ipairs(drawn.marks) do
    vim.api.nvim_buf_set_extmark(bufnr, namespace, mark.row, mark.first, { end_col = mark.last, hl_group = mark.group })
  end
end

---The change under the cursor, and its URI.
---@return table? change
---@return string? uri
local function here()
  local timeline = timelines[vim.api.nvim_get_current_buf()]
  local index = timeline.changes[vim.api.nvim_win_get_cursor(0)[1]]
  if not index then
    client.say("no change stands in this line", vim.log.levels.INFO)
    return
  end
  return timeline.answer.history.changes[index], timeline.answer.changes[index]
end

local function open()
  local _, uri = here()
  if uri then
    require("backstory.document").open(uri)
  end
end

local function side_by_side()
  local change, uri = here()
  local server = change and client.any(vim.api.nvim_get_current_buf())
  if server and uri then
    require("backstory.diff").open(server, uri, change)
  end
end

---@param bufnr integer
local function choose_kind(bufnr)
  local timeline = timelines[bufnr]
  local counts, kinds = {}, {}
  for _, change in ipairs(timeline.answer.history.changes) do
    for _, kind in ipairs(change.kinds) do
      if not counts[kind] then
        counts[kind] = 0
        table.insert(kinds, kind)
      end
      counts[kind] = counts[kind] + 1
    end
  end
  table.sort(kinds, function(left, right)
    return counts[left] > counts[right] or counts[left] == counts[right] and left < right
  end)
  table.insert(kinds, 1, "")
  vim.ui.select(kinds, {
    prompt = "Changes of the kind:",
    kind = "backstory.kind",
    format_item = function(kind)
      return kind == "" and "any" or ("%s (%d)"):format(render.kind(kind), counts[kind])
    end,
  }, function(kind)
    if kind and vim.api.nvim_buf_is_valid(bufnr) then
      timeline.kind = kind ~= "" and kind or nil
      draw(bufnr)
    end
  end)
end

---@param bufnr integer
---@param step 1|-1
local function move(bufnr, step)
  local changes = timelines[bufnr].changes
  local row = vim.api.nvim_win_get_cursor(0)[1]
  local from, to = changes[row], row + step
  while to >= 1 and to <= vim.api.nvim_buf_line_count(bufnr) do
    -- The first line of a change, seen from either side.
    if changes[to] and changes[to] ~= from and changes[to - 1] ~= changes[to] then
      return vim.api.nvim_win_set_cursor(0, { to, 0 })
    end
    to = to + step
  end
end

---@param bufnr integer
local function read_again(bufnr)
  local timeline = timelines[bufnr]
  local server = client.any(bufnr)
  if server then
    -- By its name: the cursor that pointed to it may be elsewhere.
    client.request(server, "backstory/history", timeline.answer.symbol, function(answer)
      if timelines[bufnr] and vim.api.nvim_buf_is_valid(bufnr) then
        timeline.answer = answer
        draw(bufnr)
      end
    end, bufnr)
  end
end

---@type { lhs: string, does: string, run: fun(bufnr: integer) }[]
local KEYS = {
  { lhs = "<CR>", does = "what the commit did: its message and the diff", run = open },
  { lhs = "d", does = "the text before and after, side by side", run = side_by_side },
  {
    lhs = "]]",
    does = "the next change",
    run = function(bufnr)
      move(bufnr, 1)
    end,
  },
  {
    lhs = "[[",
    does = "the change before it",
    run = function(bufnr)
      move(bufnr, -1)
    end,
  },
  { lhs = "f", does = "only changes of one kind", run = choose_kind },
  {
    lhs = "a",
    does = "also what changed only documentation, style or formatting",
    run = function(bufnr)
      timelines[bufnr].all = not timelines[bufnr].all
      timelines[bufnr].kind = nil
      draw(bufnr)
    end,
  },
  { lhs = "r", does = "read it again", run = read_again },
  {
    lhs = "q",
    does = "close",
    run = function()
      window.close()
    end,
  },
}

local function help()
  local lines = vim.tbl_map(function(key)
    return ("%-5s %s"):format(key.lhs, key.does)
  end, KEYS)
  vim.lsp.util.open_floating_preview(lines, "", { border = "rounded", title = " Keys ", focus = false })
end

---@param bufnr integer
local function map(bufnr)
  local function key(lhs, run, does)
    vim.keymap.set("n", lhs, function()
      run(bufnr)
    end, { buffer = bufnr, nowait = true, desc = "Backstory: " .. does })
  end
  for _, known in ipairs(KEYS) do
    key(known.lhs, known.run, known.does)
  end
  key("g?", help, "all keys")
end

---@param name string
---@return string
local function free(name)
  local tried, number = name, 1
  while vim.fn.bufexists(tried) == 1 do
    number = number + 1
    tried = ("%s (%d)"):format(name, number)
  end
  return tried
end

---Shows a history.
---@param answer table what `backstory/history` answered
function M.show(answer)
  for group, link in pairs(GROUPS) do
    vim.api.nvim_set_hl(0, group, { default = true, link = link })
  end
  local name = answer.history.symbol.key:match("[^:.]+$") or answer.history.symbol.key
  local bufnr = window.buffer(free(("backstory-history: %s"):format(name)), "backstory-history")
  vim.bo[bufnr].bufhidden = "hide"
  timelines[bufnr] = { answer = answer, all = false, changes = {} }
  vim.api.nvim_create_autocmd("BufWipeout", {
    buffer = bufnr,
    once = true,
    callback = function()
      timelines[bufnr] = nil
    end,
  })
  draw(bufnr)
  map(bufnr)
  window.show(bufnr)
  vim.wo.cursorline = true
  local first = 1
  while first < vim.api.nvim_buf_line_count(bufnr) and not timelines[bufnr].changes[first] do
    first = first + 1
  end
  vim.api.nvim_win_set_cursor(0, { first, 0 })
end

return M
