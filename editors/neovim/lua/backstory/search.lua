-- Search by words and meaning: what was found goes through `vim.ui.select`, what is chosen is opened. Never does: rank or filter.

local client = require("backstory.client")
local window = require("backstory.window")

local M = {}

---@param key string
---@return string
local function without_language(key)
  return (key:gsub("^%a+:", "", 1))
end

---A result in one line.
---@param found table
---@return string
local function line(found)
  if found.kind == "symbol" then
    local docs = found.docs ~= "" and ("  " .. found.docs) or ""
    return ("%s %s  %s:%d%s"):format(found.symbol, without_language(found.key), found.path, found.line, docs)
  elseif found.kind == "commit" then
    return ("commit %s %s  %s"):format(found.commit:sub(1, 7), found.date, found.key)
  elseif found.path then
    return ("%s %s  %s:%d"):format(found.kind, found.key, found.path, found.line or 1)
  end
  return ("%s %s"):format(found.kind, found.key)
end

---What was said in a discussion.
---@param found table
local function describe(found)
  local lines = { "# " .. found.key, "" }
  vim.list_extend(lines, vim.split(found.snippet and found.snippet.text or "", "\n", { plain = true }))
  local bufnr = window.buffer(vim.fn.tempname() .. ".md", "markdown")
  vim.bo[bufnr].bufhidden = "wipe"
  window.fill(bufnr, lines)
  vim.keymap.set("n", "q", window.close, { buffer = bufnr, nowait = true, desc = "Backstory: close" })
  window.show(bufnr)
end

---@param server vim.lsp.Client
---@param found table
local function open(server, found)
  if found.uri then
    window.leave()
    vim.lsp.util.show_document({ uri = found.uri, range = found.range }, server.offset_encoding, { focus = true })
  elseif found.commit then
    require("backstory.commit").show(server.root_dir, found.commit)
  else
    describe(found)
  end
end

---Searches, and lets the user choose among what fits.
---@param server vim.lsp.Client
---@param query string
function M.run(server, query)
  local kinds = { "symbol", "doc", "commit", "discussion" }
  client.request(server, "backstory/search", { query = query, limit = 30, kinds = kinds }, function(found)
    if #found == 0 then
      return client.say(("nothing here fits “%s”"):format(query), vim.log.levels.INFO)
    end
    vim.ui.select(found, {
      prompt = ("“%s”:"):format(query),
      kind = "backstory.search",
      format_item = line,
    }, function(chosen)
      if chosen then
        open(server, chosen)
      end
    end)
  end)
end

return M
