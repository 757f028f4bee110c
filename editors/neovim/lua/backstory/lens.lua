-- Shows lenses where `vim.g.backstory.lens` asks for them, and keeps those up to date that are shown, however they came there.
-- Never does: show lenses that nobody asked for.

local M = {}

---Neovim 0.12 keeps lenses up to date by itself.
local keeps_itself = vim.lsp.codelens.enable ~= nil

---@param bufnr integer
function M.attach(bufnr)
  if not require("backstory.options").get().lens then
    return
  end
  if keeps_itself then
    return vim.lsp.codelens.enable(true, { bufnr = bufnr })
  end
  local group = vim.api.nvim_create_augroup("backstory.lens." .. bufnr, {})
  vim.api.nvim_create_autocmd({ "BufEnter", "InsertLeave", "TextChanged" }, {
    group = group,
    buffer = bufnr,
    desc = "Backstory: lenses of the text as it is",
    callback = function()
      vim.lsp.codelens.refresh({ bufnr = bufnr })
    end,
  })
  vim.lsp.codelens.refresh({ bufnr = bufnr })
end

---`workspace/codeLens/refresh`: the server has read more history.
---@param id integer of the client
function M.refresh(id)
  local client = vim.lsp.get_client_by_id(id)
  if not client or keeps_itself then
    return
  end
  local wanted = require("backstory.options").get().lens
  for bufnr in pairs(client.attached_buffers) do
    if vim.api.nvim_buf_is_loaded(bufnr) and (wanted or #vim.lsp.codelens.get(bufnr) > 0) then
      vim.lsp.codelens.refresh({ bufnr = bufnr })
    end
  end
end

return M
