-- Where Backstory shows its buffers: in one window of the tab page, which the next buffer takes again. Never does: fill them.

local M = {}

---A window of at least so many columns is split to the side.
local ROOMY = 160

---@return integer?
local function own()
  for _, window in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    if vim.w[window].backstory then
      return window
    end
  end
end

---@return string
local function modifiers()
  local said = require("backstory.options").get().window
  if said ~= "" then
    return said
  end
  return vim.api.nvim_win_get_width(0) >= ROOMY and "vertical" or ""
end

---Shows a buffer, and goes there.
---@param bufnr integer
---@return integer window
function M.show(bufnr)
  local window = own()
  if window then
    vim.api.nvim_set_current_win(window)
  else
    vim.cmd(modifiers() .. " split")
    window = vim.api.nvim_get_current_win()
    vim.w[window].backstory = true
  end
  vim.api.nvim_win_set_buf(window, bufnr)
  local set = function(option, value)
    vim.api.nvim_set_option_value(option, value, { win = window, scope = "local" })
  end
  set("number", false)
  set("relativenumber", false)
  set("signcolumn", "no")
  set("foldcolumn", "0")
  set("foldenable", false)
  set("spell", false)
  set("list", false)
  set("wrap", true)
  set("linebreak", true)
  set("breakindent", true)
  return window
end

---Leaves the window of Backstory for one that shows a file, where there is one.
function M.leave()
  if not vim.w.backstory then
    return
  end
  vim.cmd.wincmd("p")
  if not vim.w.backstory then
    return
  end
  for _, window in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    if not vim.w[window].backstory and vim.api.nvim_win_get_config(window).relative == "" then
      return vim.api.nvim_set_current_win(window)
    end
  end
  vim.cmd("aboveleft split")
  vim.w.backstory = nil
end

---Closes the window, or goes back to what was shown before where it is the only one.
function M.close()
  if not pcall(vim.cmd.close) then
    vim.cmd.enew()
  end
end

---A buffer of ours: no file, not listed, not to be changed.
---@param name string
---@param filetype string
---@return integer bufnr
function M.buffer(name, filetype)
  local bufnr = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_name(bufnr, name)
  vim.bo[bufnr].filetype = filetype
  vim.bo[bufnr].modifiable = false
  vim.bo[bufnr].swapfile = false
  return bufnr
end

---@param bufnr integer
---@param lines string[]
function M.fill(bufnr, lines)
  vim.bo[bufnr].modifiable = true
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, lines)
  vim.bo[bufnr].modifiable = false
  vim.bo[bufnr].modified = false
end

return M
