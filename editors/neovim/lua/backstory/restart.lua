-- Starts a server again that died, a few times; after that it says how. Never does: start one that was stopped on purpose.

local client = require("backstory.client")

local M = {}

---So many times within so many milliseconds.
local TIMES, WITHIN = 3, 180000

---@type integer[] when it was started again, in milliseconds
local past = {}

---@param code integer
---@param signal integer 15 is how Neovim stops one by force
---@return boolean
local function on_purpose(code, signal)
  return vim.v.exiting ~= vim.NIL or (code == 0 and (signal == 0 or signal == 15))
end

---@return boolean
local function may()
  local now = vim.uv.now()
  past = vim.tbl_filter(function(time)
    return now - time < WITHIN
  end, past)
  if #past >= TIMES then
    return false
  end
  table.insert(past, now)
  return true
end

---Attaches the server to all buffers that it is for.
function M.start()
  vim.lsp.enable("backstory")
end

---@param code integer
---@param signal integer
---@param id integer of the client
function M.on_exit(code, signal, id)
  if on_purpose(code, signal) then
    return
  end
  vim.schedule(function()
    if not vim.lsp.is_enabled("backstory") then
      return
    end
    if not require("backstory.options").get().restart or not may() then
      return client.say("the server ended: `:Backstory restart` starts it again, `:checkhealth backstory` looks for the reason")
    end
    -- Neovim forgets the dead client a moment later; a new one must not be taken for it.
    vim.wait(1000, function()
      return vim.lsp.get_client_by_id(id) == nil
    end, 10)
    M.start()
    client.say("the server ended and was started again", vim.log.levels.INFO)
  end)
end

---`:Backstory restart`.
function M.now()
  local running = vim.lsp.get_clients({ name = "backstory" })
  for _, server in ipairs(running) do
    server:stop()
  end
  vim.wait(3000, function()
    return #vim.lsp.get_clients({ name = "backstory" }) == 0
  end, 20)
  past = {}
  M.start()
end

return M
