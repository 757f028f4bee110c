-- The server's side of a buffer: which client answers for it, what to say where none does, and requests with their errors.
-- Never does: show a result.

local M = {}

---Error codes that only say that somebody changed his mind or the text (LSP 3.17, `ErrorCodes`).
local QUIET = { [-32800] = true }

---@param message string
---@param level? integer
function M.say(message, level)
  if not vim.startswith(message, "Backstory") then
    message = "Backstory: " .. message
  end
  vim.notify(message, level or vim.log.levels.WARN)
end

---@param bufnr? integer
---@return vim.lsp.Client?
local function attached(bufnr)
  return vim.lsp.get_clients({ name = "backstory", bufnr = bufnr })[1]
end

---Why no server answers for a buffer, and what to do about it.
---@param bufnr integer
---@return string
local function reason(bufnr)
  if not vim.lsp.is_enabled("backstory") then
    return 'the server is not enabled: put vim.lsp.enable("backstory") into your init.lua'
  end
  local missing = require("backstory.binary").missing()
  if missing then
    return missing
  end
  local filetypes = vim.lsp.config.backstory.filetypes or {}
  if not vim.tbl_contains(filetypes, vim.bo[bufnr].filetype) then
    return "this is no Rust or Python file"
  end
  return "the server does not run here: `:Backstory restart` starts it, `:checkhealth backstory` says what is wrong"
end

---Whether a server is or will be started for a buffer.
---@param bufnr integer
---@return boolean
local function is_coming(bufnr)
  local config = vim.lsp.is_enabled("backstory") and vim.lsp.config.backstory
  return config
      and not require("backstory.binary").missing()
      and vim.bo[bufnr].buftype == ""
      and vim.tbl_contains(config.filetypes or {}, vim.bo[bufnr].filetype)
    or false
end

---The client of a buffer. Waits a moment for one that is just being started; says why there is none.
---@param bufnr integer
---@return vim.lsp.Client?
function M.of(bufnr)
  if not attached(bufnr) and is_coming(bufnr) then
    vim.wait(2000, function()
      return attached(bufnr) ~= nil
    end, 10)
  end
  local client = attached(bufnr)
  if not client then
    M.say(reason(bufnr))
  end
  return client
end

---Any client: the buffer's, or another one for questions about no buffer.
---@param bufnr integer
---@return vim.lsp.Client?
function M.any(bufnr)
  return attached(bufnr) or attached() or M.of(bufnr)
end

---The object that names the symbol at the cursor, as commands of the server take it.
---@param client vim.lsp.Client
---@return { uri: string, position: lsp.Position }
function M.here(client)
  local at = vim.lsp.util.make_position_params(0, client.offset_encoding)
  return { uri = at.textDocument.uri, position = at.position }
end

---@type table<integer, integer> running requests that `:Backstory stop` ends: client ids by request ids
local running = {}

---Asks the server; errors are told to the user in the server's own words.
---@param client vim.lsp.Client
---@param method string
---@param params table
---@param on_result fun(result: any)
---@param bufnr? integer
function M.request(client, method, params, on_result, bufnr)
  local id
  local sent, request = client:request(method, params, function(err, result)
    if id then
      running[id] = nil
    end
    if err then
      if not QUIET[err.code] then
        M.say(err.message)
      end
      return
    end
    on_result(result)
  end, bufnr or 0)
  if not sent then
    return M.say("the server has just ended: `:Backstory restart` starts it again")
  end
  id = request
  if id then
    running[id] = client.id
  end
end

---Runs one of the server's commands.
---@param client vim.lsp.Client
---@param command string
---@param argument table
---@param on_result? fun(result: any)
function M.execute(client, command, argument, on_result)
  local params = { command = command, arguments = { argument } }
  M.request(client, "workspace/executeCommand", params, on_result or function() end)
end

---Ends what is being made for the user.
---@return integer count of requests that were ended
function M.stop()
  local count = 0
  for request, id in pairs(running) do
    local client = vim.lsp.get_client_by_id(id)
    if client then
      client:cancel_request(request)
      count = count + 1
    end
  end
  running = {}
  return count
end

return M
