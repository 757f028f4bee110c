-- A server that is killed is started again, and answers; after three times it says how.
-- Never does: judge; tests/editors/neovim.rs compares.

local support = dofile(vim.fs.joinpath(vim.fs.dirname(vim.env.SCRIPT), "support.lua"))
support.listen()
support.start()
local client = support.edit("courier/delivery.py")
support.idle(client)

local function children()
  local pids = {}
  for _, pid in ipairs(vim.api.nvim_get_proc_children(vim.fn.getpid())) do
    local info = vim.api.nvim_get_proc(pid)
    if info and info.name:match("^backstory") then
      table.insert(pids, pid)
    end
  end
  return pids
end

for round = 1, 4 do
  local before = vim.lsp.get_clients({ name = "backstory" })[1].id
  for _, pid in ipairs(children()) do
    vim.uv.kill(pid, "sigkill")
  end
  if round == 4 then
    support.wait("the advice", function()
      return vim.iter(support.told):any(function(line)
        return line:match(":Backstory restart")
      end)
    end)
    break
  end
  client = support.wait("another server", function()
    local found = vim.lsp.get_clients({ name = "backstory", bufnr = 0 })[1]
    return found and found.id ~= before and found
  end)
end
local ours = vim.tbl_filter(function(line)
  return vim.startswith(line, "Backstory: ")
end, support.told)
support.show("told", ours)

vim.cmd("Backstory restart")
client = support.wait("the server that was asked for", function()
  return vim.lsp.get_clients({ name = "backstory", bufnr = 0 })[1]
end)
support.idle(client)
support.cursor_to("backoff")
vim.cmd("Backstory history")
support.wait("the timeline", function()
  return vim.bo.filetype == "backstory-history"
end)
support.show("answers again", support.lines()[1])
support.stop()
