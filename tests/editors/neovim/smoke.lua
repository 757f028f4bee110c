-- Uses Backstory as a person would, with Neovim's own functions, and prints what the editor then shows.
-- Run in a repository by `nvim --headless -u NONE -i NONE -n -l smoke.lua`; BACKSTORY names the program.
-- Never does: judge; tests/editors/neovim.rs compares.

local deadline = 30000

local function wait(what, check)
  local ok = vim.wait(deadline, function() return check() end, 20)
  if not ok then
    print("waited too long for " .. what)
    os.exit(1)
  end
end

local function show(title, lines)
  print("== " .. title)
  for _, line in ipairs(lines) do
    print(line)
  end
end

local function lines_of(window)
  return vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false)
end

local function cursor_to(name)
  vim.fn.cursor(1, 1)
  vim.fn.search("\\<" .. name .. "\\>", "c")
end

vim.lsp.config("backstory", {
  cmd = { vim.env.BACKSTORY, "lsp" },
  filetypes = { "rust" },
  root_markers = { ".git" },
})
vim.lsp.enable("backstory")
vim.cmd.edit("src/threads.rs")
vim.bo.filetype = "rust"

local client
wait("the server", function()
  client = vim.lsp.get_clients({ name = "backstory", bufnr = 0 })[1]
  return client and client.initialized
end)
local status
repeat
  -- Waits by itself, so it cannot be asked inside of a wait.
  status = client:request_sync("backstory/status", {}, deadline, 0)
  vim.wait(20)
until not status or not status.result or not status.result.busy
if not status or not status.result then
  print("no status: " .. vim.inspect(status))
  os.exit(1)
end
show("attached", { client.name, "positions in " .. client.offset_encoding })

-- Hover: the text of the floating window.
cursor_to("spawn")
local editing = vim.api.nvim_get_current_win()
local hover
vim.lsp.buf.hover()
wait("a hover", function()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= "" then
      hover = window
    end
  end
  return hover
end)
show("hover", lines_of(hover))
vim.api.nvim_win_close(hover, true)

-- Code lens: what stands beside the lines.
vim.lsp.codelens.refresh({ bufnr = 0 })
local marks = {}
wait("the lenses", function()
  marks = {}
  for name, namespace in pairs(vim.api.nvim_get_namespaces()) do
    if name:match("codelens") then
      for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, namespace, 0, -1, { details = true })) do
        local text = ""
        for _, chunk in ipairs(mark[4].virt_text or {}) do
          text = text .. chunk[1]
        end
        table.insert(marks, mark[2] + 1 .. ": " .. text)
      end
    end
  end
  local text = table.concat(marks)
  if text:match("reading") or text:match("Unresolved") then
    return false
  end
  return #marks > 0
end)
show("lenses", marks)

-- Code action: applied, it opens the report.
cursor_to("spawn")
vim.lsp.buf.code_action({
  context = { only = { "backstory.explain" }, diagnostics = {} },
  apply = true,
})
wait("the report", function() return vim.api.nvim_buf_get_name(0):match("%.md$") end)
show("report", vim.api.nvim_buf_get_lines(0, 0, -1, false))

-- Search by meaning: the list of what was found.
vim.api.nvim_set_current_win(editing)
vim.cmd.edit("src/threads.rs")
vim.lsp.buf.workspace_symbol("?start a thread")
wait("symbols", function() return #vim.fn.getqflist() > 0 end)
local found = vim.fn.getqflist()[1]
show("best symbol", { vim.fn.bufname(found.bufnr) .. ":" .. found.lnum .. ": " .. found.text })

-- The server ends with the editor.
local process = client.rpc
client:stop()
wait("the end", function() return process.is_closing() and #vim.lsp.get_clients() == 0 end)
print("== stopped")
