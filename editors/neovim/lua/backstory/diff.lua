-- One change of a symbol as two texts side by side, which the server gives. Never does: ask git, or show more of the files than the symbol.

local client = require("backstory.client")

local M = {}

---A screen of at least so many columns has room for two texts side by side.
local ROOMY = 120

---@param side? { path: string, line: integer, text: string } `nil` where the symbol was not there
---@return string[]
local function lines_of(side)
  return side and vim.split((side.text:gsub("\r\n", "\n"):gsub("\n$", "")), "\n", { plain = true }) or {}
end

---@param name string
---@param lines string[]
---@param filetype string
local function side(name, lines, filetype)
  local bufnr = vim.api.nvim_get_current_buf()
  vim.bo[bufnr].buftype = "nofile"
  vim.bo[bufnr].bufhidden = "wipe"
  vim.bo[bufnr].swapfile = false
  -- For the status line; another tab page may show the same.
  pcall(vim.api.nvim_buf_set_name, bufnr, name)
  -- They would count from 1, whatever the lines of the file are.
  vim.wo.number = false
  vim.wo.relativenumber = false
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, lines)
  vim.bo[bufnr].modifiable = false
  vim.bo[bufnr].filetype = filetype
  vim.wo.winbar = name:gsub("%%", "%%%%")
  vim.keymap.set("n", "q", "<Cmd>tabclose<CR>", { buffer = bufnr, nowait = true, desc = "Backstory: close" })
  vim.cmd.diffthis()
end

---Shows a change in a tab page of its own.
---@param server vim.lsp.Client
---@param uri string of the change
---@param change table what the history says of it
function M.open(server, uri, change)
  client.request(server, "backstory/change", { uri = uri }, function(result)
    local old, new = lines_of(result.old), lines_of(result.new)
    if vim.deep_equal(old, new) then
      return client.say(("%s left the text itself as it was"):format(change.commit:sub(1, 7)), vim.log.levels.INFO)
    end
    local filetype = vim.filetype.match({ filename = change.path }) or ""
    local before = result.old and result.old.path or "nothing"
    vim.cmd.tabnew()
    side(("before %s  %s"):format(change.commit:sub(1, 7), before), old, filetype)
    -- Side by side where both have room, otherwise one above the other.
    vim.cmd(vim.o.columns >= ROOMY and "rightbelow vnew" or "belowright new")
    side(("%s  %s  %s"):format(change.commit:sub(1, 7), change.date, change.path), new, filetype)
    vim.cmd("normal! gg")
  end)
end

return M
