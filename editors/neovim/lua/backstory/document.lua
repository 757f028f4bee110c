-- Documents of the server (reports, answers, diffs of changes): opened in one window, read again while they grow, with citations that
-- can be followed. Never does: make a text, or keep one that is not shown.

local client = require("backstory.client")
local links = require("backstory.links")
local window = require("backstory.window")

local M = {}

local namespace = vim.api.nvim_create_namespace("backstory.links")

---@class backstory.Document
---@field uri string
---@field root? string the directory that paths in the text are relative to
---@field links backstory.Link[]

---@type table<integer, backstory.Document> by buffer
local documents = {}

---@param text string
---@return string
local function decoded(text)
  return (text:gsub("%%(%x%x)", function(digits)
    return string.char(tonumber(digits, 16))
  end))
end

---The repository that a document is about: its URI says so.
---@param uri string
---@return string?
local function root_of(uri)
  local query = uri:match("%?(.*)$")
  local read, said = pcall(vim.json.decode, decoded(query or ""))
  local found
  local function look(value)
    for key, inner in pairs(type(value) == "table" and value or {}) do
      if key == "root" and type(inner) == "string" then
        found = inner
      end
      look(inner)
    end
  end
  look(read and said or {})
  return found
end

---@param uri string
---@return integer?
local function buffer_of(uri)
  for bufnr, document in pairs(documents) do
    if document.uri == uri and vim.api.nvim_buf_is_valid(bufnr) then
      return bufnr
    end
  end
end

---A name for people; the URI holds a whole question and is too long for a status line.
---@param uri string
---@return string
local function name_of(uri)
  local base = "backstory:/" .. decoded(uri:match("^backstory:/([^?]*)") or "")
  local name, number = base, 1
  while vim.fn.bufnr("^" .. vim.fn.escape(name, "[]*?{}\\,") .. "$") ~= -1 do
    number = number + 1
    name = ("%s (%d)"):format(base, number)
  end
  return name
end

---@param bufnr integer
local function map(bufnr)
  local function key(lhs, action, description)
    vim.keymap.set("n", lhs, action, { buffer = bufnr, nowait = true, desc = "Backstory: " .. description })
  end
  key("<CR>", M.follow, "follow the citation under the cursor")
  key("gd", M.follow, "follow the citation under the cursor")
  key("q", window.close, "close")
  key("r", function()
    M.refresh(documents[bufnr].uri)
  end, "read again")
end

---@param bufnr integer
---@param text string
local function fill(bufnr, text)
  local document = documents[bufnr]
  if not document or not vim.api.nvim_buf_is_valid(bufnr) then
    return
  end
  local lines = vim.split((text:gsub("\r\n", "\n"):gsub("\n$", "")), "\n", { plain = true })
  if vim.bo[bufnr].filetype == "markdown" then
    lines, document.links = links.take(lines)
  end
  window.fill(bufnr, lines)
  vim.api.nvim_buf_clear_namespace(bufnr, namespace, 0, -1)
  for _, link in ipairs(document.links) do
    vim.api.nvim_buf_set_extmark(bufnr, namespace, link.row, link.first, {
      end_col = link.last,
      hl_group = "BackstoryLink",
    })
  end
  if vim.bo[bufnr].filetype == "markdown" then
    for row, line in ipairs(lines) do
      for _, column in ipairs(links.escapes(line)) do
        vim.api.nvim_buf_set_extmark(bufnr, namespace, row - 1, column, { end_col = column + 1, conceal = "" })
      end
    end
  end
end

---Asks the server for the text.
---@param bufnr integer
local function load(bufnr)
  local document = documents[bufnr]
  local server = client.any(bufnr)
  if not server then
    return
  end
  client.request(server, "workspace/textDocumentContent", { uri = document.uri }, function(result)
    fill(bufnr, result.text)
  end, bufnr)
end

---@param bufnr integer
---@param uri string
local function adopt(bufnr, uri)
  documents[bufnr] = { uri = uri, root = root_of(uri), links = {} }
  vim.api.nvim_set_hl(0, "BackstoryLink", { default = true, link = "Underlined" })
  vim.bo[bufnr].filetype = uri:match("%.diff%?") and "diff" or "markdown"
  if vim.bo[bufnr].filetype == "markdown" then
    -- The parser comes with Neovim, but packages may leave it out.
    pcall(vim.treesitter.start, bufnr, "markdown")
  end
  map(bufnr)
  vim.api.nvim_create_autocmd("BufWipeout", {
    buffer = bufnr,
    once = true,
    callback = function()
      documents[bufnr] = nil
    end,
  })
end

---Opens a document and goes there.
---@param uri string
function M.open(uri)
  local bufnr = buffer_of(uri)
  if not bufnr then
    bufnr = window.buffer(name_of(uri), "")
    adopt(bufnr, uri)
    window.fill(bufnr, { "Reading…" })
  end
  local shown = window.show(bufnr)
  if vim.bo[bufnr].filetype == "markdown" then
    vim.api.nvim_set_option_value("conceallevel", 2, { win = shown, scope = "local" })
    vim.api.nvim_set_option_value("concealcursor", "nc", { win = shown, scope = "local" })
  end
  load(bufnr)
end

---Reads a buffer that was opened by the whole URI (`:edit`, a session file).
---@param bufnr integer
---@param uri string
function M.read(bufnr, uri)
  if not uri:find("?", 1, true) then
    return client.say(("`%s` is gone: ask for it again"):format(uri))
  end
  vim.bo[bufnr].buftype = "nofile"
  vim.bo[bufnr].swapfile = false
  adopt(bufnr, uri)
  load(bufnr)
end

---The server has more to say.
---@param uri string
function M.refresh(uri)
  local bufnr = buffer_of(uri)
  if bufnr then
    load(bufnr)
  end
end

---`window/showDocument`: our documents open in our window, everything else where Neovim opens it.
---@param params lsp.ShowDocumentParams
---@param context lsp.HandlerContext
---@return table
function M.show(params, context)
  if vim.startswith(params.uri, "backstory:") then
    M.open(params.uri)
    return { success = true }
  end
  window.leave()
  return vim.lsp.handlers["window/showDocument"](nil, params, context)
end

---Goes to a line of a file of the repository.
---@param root string?
---@param path string
---@param line integer 1-based
local function edit(root, path, line)
  local file = vim.fs.joinpath(root or vim.uv.cwd() or "", path)
  if not vim.uv.fs_stat(file) then
    return client.say(("there is no file `%s` any more"):format(path))
  end
  window.leave()
  vim.cmd.edit(vim.fn.fnameescape(file))
  vim.api.nvim_win_set_cursor(0, { math.min(line, vim.api.nvim_buf_line_count(0)), 0 })
end

local opens_links = false

---Lets `gx` follow the links to reports that hovers have: `vim.ui.open` is there to be replaced.
function M.open_links()
  if opens_links then
    return
  end
  opens_links = true
  local open = vim.ui.open
  ---@diagnostic disable-next-line: duplicate-set-field
  vim.ui.open = function(path, options) -- luacheck: ignore 122
    if not vim.startswith(path, "backstory:") then
      return open(path, options)
    end
    if vim.api.nvim_win_get_config(0).relative ~= "" then
      vim.api.nvim_win_close(0, true)
    end
    M.open(path)
  end
end

---Follows what is cited at the cursor.
function M.follow()
  local document = documents[vim.api.nvim_get_current_buf()]
  local at = vim.api.nvim_win_get_cursor(0)
  local cited = links.at(document.links, vim.api.nvim_get_current_line(), at[1] - 1, at[2])
  if not cited then
    client.say("nothing is cited here: put the cursor on a hash, or on a file with its line", vim.log.levels.INFO)
  elseif cited.path then
    edit(document.root, cited.path, cited.line)
  elseif cited.commit then
    require("backstory.commit").show(document.root, cited.commit)
  elseif vim.startswith(cited.target, "backstory:") then
    M.open(cited.target)
  else
    vim.ui.open(cited.target)
  end
end

return M
