-- Finds the program `backstory` and says what to do where it is not there. Never does: run or install it.

local M = {}

---The program as the configuration of the server names it where the user names none: on the path, or where `cargo install` puts it,
---which programs with a window of their own often don't have on their path.
---@return string
function M.default()
  if vim.fn.executable("backstory") == 0 then
    local home = vim.env.CARGO_HOME or vim.fs.joinpath(vim.uv.os_homedir() or "", ".cargo")
    local installed = vim.fs.joinpath(home, "bin", "backstory")
    if vim.fn.executable(installed) == 1 then
      return installed
    end
  end
  return "backstory"
end

---The command line of the server, as it is configured; `nil` where a function makes it.
---@return string[]?
function M.command()
  local config = vim.lsp.config.backstory
  local cmd = config and config.cmd
  return type(cmd) == "table" and cmd or nil
end

---The program of that command line.
---@return string
function M.path()
  local command = M.command()
  return command and command[1] or M.default()
end

---@return string? advice what to do about it, where there is no such program
function M.missing()
  local command = M.command()
  if not command or vim.fn.executable(command[1]) == 1 then
    return nil
  end
  local install = "Install it (`cargo install --locked --path .` in a clone of Backstory), or name it: "
  return ("Backstory: there is no program `%s`. "):format(command[1])
    .. install
    .. 'vim.lsp.config("backstory", { cmd = { "/path/to/backstory", "lsp" } })'
end

return M
