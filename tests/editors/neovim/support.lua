-- What the scripts of tests/editors/neovim.rs share: the plugin as a user has it, waiting, and printing what is seen.
-- Never does: judge; tests/editors/neovim.rs compares.

local M = {}

local DEADLINE = 600000

---Neovim runs scripts before it would load plugins.
---@param config? table what a user would give to `vim.lsp.config`
function M.start(config)
  vim.opt.runtimepath:prepend(vim.env.PLUGIN)
  vim.cmd("runtime! plugin/backstory.lua")
  vim.cmd("filetype plugin on")
  vim.lsp.config("backstory", vim.tbl_extend("force", { cmd = { vim.env.BACKSTORY, "lsp" } }, config or {}))
  vim.lsp.enable("backstory")
end

M.told = {}

---Prints a line; Neovim's own `print` drops line ends among messages.
---@param line string
local function put(line)
  io.stdout:write(line, "\n")
end
M.put = put

---Keeps notices instead of showing them.
function M.listen()
  vim.notify = function(message)
    table.insert(M.told, message)
  end
  vim.notify_once = vim.notify
end

---@param what string
---@param check fun(): any
function M.wait(what, check)
  local result
  local there = vim.wait(DEADLINE, function()
    result = check()
    return result
  end, 20)
  if not there then
    put("waited too long for " .. what)
    put(table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n"))
    put("told: " .. vim.inspect(M.told))
    os.exit(1)
  end
  return result
end

---@param title string
---@param lines string[]|string
function M.show(title, lines)
  put("== " .. title)
  for _, line in ipairs(type(lines) == "table" and lines or { lines }) do
    put(line)
  end
end

function M.lines()
  return vim.api.nvim_buf_get_lines(0, 0, -1, false)
end

---Opens a file as a user does, with its type found and its server attached.
---@param path string
---@return vim.lsp.Client
function M.edit(path)
  vim.cmd.edit(path)
  vim.lsp.enable("backstory")
  return M.wait("the server", function()
    return vim.lsp.get_clients({ name = "backstory", bufnr = 0 })[1]
  end)
end

---@param name string
function M.cursor_to(name)
  vim.fn.cursor(1, 1)
  vim.fn.search("\\<" .. name .. "\\>", "c")
end

---Waits until the tree has been read.
---@param client vim.lsp.Client
function M.idle(client)
  local status
  repeat
    -- Waits by itself, so it cannot be asked inside of a wait.
    status = client:request_sync("backstory/status", {}, DEADLINE, 0)
    vim.wait(20)
  until not status or not status.result or not status.result.busy
end

---Presses keys as if typed.
---@param keys string
function M.press(keys)
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes(keys, true, false, true), "xt", false)
end

---Answers the next list of choices.
---@param wanted string a pattern that the line of the choice has
---@param seen? fun(lines: string[])
function M.choose(wanted, seen)
  vim.ui.select = function(items, options, on_choice)
    local format = options.format_item or tostring
    local lines = vim.tbl_map(format, items)
    if seen then
      seen(lines)
    end
    for index, line in ipairs(lines) do
      if line:find(wanted) then
        return on_choice(items[index], index)
      end
    end
    on_choice(nil, nil)
  end
end

function M.stop()
  for _, client in ipairs(vim.lsp.get_clients()) do
    client:stop()
  end
  vim.wait(5000, function()
    return #vim.lsp.get_clients() == 0
  end, 20)
  put("== stopped")
end

return M
