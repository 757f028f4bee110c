-- `:Backstory`: which words it takes and what each runs. Never does: the work.

local client = require("backstory.client")

local M = {}

---What `:Backstory explain` may be asked.
local QUESTIONS = { "why", "changes", "what", "doc", "file" }

---@param text string
---@return string? question
local function question(text)
  if text ~= "" and not vim.tbl_contains(QUESTIONS, text) then
    client.say(("explain takes one of %s"):format(table.concat(QUESTIONS, ", ")))
    return nil
  end
  return text == "" and "why" or text
end

---@type table<string, fun(text: string)>
local RUN = {
  history = function()
    require("backstory").history()
  end,
  impact = function()
    require("backstory").impact()
  end,
  search = function(text)
    require("backstory").search(text)
  end,
  explain = function(text)
    local asked = question(text)
    if asked then
      require("backstory").explain(asked)
    end
  end,
  ask = function(text)
    require("backstory").ask(text)
  end,
  stop = function()
    require("backstory").stop()
  end,
  restart = function()
    require("backstory").restart()
  end,
  fetch = function()
    require("backstory").fetch()
  end,
}

---@return string[]
local function names()
  return vim.fn.sort(vim.tbl_keys(RUN))
end

---@param call { args: string }
function M.run(call)
  local name, text = call.args:match("^(%S*)%s*(.-)%s*$")
  local run = RUN[name]
  if not run then
    return client.say((":Backstory takes one of %s (:help backstory)"):format(table.concat(names(), ", ")))
  end
  run(text)
end

---@param lead string
---@param line string
---@return string[]
function M.complete(lead, line)
  local words = vim.split(vim.trim(line), "%s+")
  local count = #words - (lead ~= "" and 1 or 0)
  local of = {}
  if count == 1 then
    of = names()
  elseif count == 2 and words[2] == "explain" then
    of = QUESTIONS
  end
  return vim.tbl_filter(function(name)
    return vim.startswith(name, lead)
  end, of)
end

return M
