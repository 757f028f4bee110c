-- How Neovim starts the server; `vim.lsp.config("backstory", { .. })` changes any of it, `vim.lsp.enable("backstory")` switches it on.
-- Never does: run anything, or look for the program elsewhere than on the path and where cargo installs it.

---@type vim.lsp.Config
return {
  cmd = { require("backstory.binary").default(), "lsp" },
  filetypes = { "rust", "python" },
  root_dir = function(bufnr, on_dir)
    -- Neovim lists hovers and actions in the order in which servers were started: what the main server says goes first.
    vim.defer_fn(function()
      if vim.api.nvim_buf_is_valid(bufnr) then
        on_dir(vim.fs.root(bufnr, ".git"))
      end
    end, 100)
  end,
  capabilities = {
    workspace = {
      -- Reports are documents of the server, which grow while a model words them (LSP 3.18).
      textDocumentContent = { dynamicRegistration = false },
      codeLens = { refreshSupport = true },
    },
  },
  handlers = {
    ["window/showDocument"] = function(_, params, context)
      return require("backstory.document").show(params, context)
    end,
    ["workspace/textDocumentContent/refresh"] = function(_, params)
      require("backstory.document").refresh(params.uri)
      return vim.NIL
    end,
    ["workspace/codeLens/refresh"] = function(_, _, context)
      require("backstory.lens").refresh(context.client_id)
      return vim.NIL
    end,
  },
  on_attach = function(_, bufnr)
    require("backstory.document").open_links()
    require("backstory.lens").attach(bufnr)
  end,
  on_exit = function(code, signal, id)
    require("backstory.restart").on_exit(code, signal, id)
  end,
}
