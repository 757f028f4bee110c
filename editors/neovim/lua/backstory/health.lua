-- `:checkhealth backstory`: the plugin, the server and what `backstory doctor` says of this machine. Never does: repair anything.

local binary = require("backstory.binary")

local M = {}

local health = vim.health

---@return table? report what `backstory doctor --json` prints
local function doctor()
  local ran, result = pcall(function()
    return vim.system({ binary.path(), "doctor", "--json" }, { text = true }):wait(30000)
  end)
  local read, report = pcall(vim.json.decode, ran and result.stdout or "")
  return read and type(report) == "table" and report or nil
end

---@param name string
---@return string?
local function version_of(name)
  local ran, result = pcall(function()
    return vim.system({ name, "--version" }, { text = true }):wait(10000)
  end)
  return ran and result.code == 0 and vim.trim(result.stdout) or nil
end

local function program()
  health.start("The program")
  local missing = binary.missing()
  if missing then
    health.error((missing:gsub("^Backstory: ", "")))
    return false
  end
  local version = version_of(binary.path())
  if not version then
    health.error(("`%s --version` fails"):format(binary.path()), "build and install Backstory again")
    return false
  end
  health.ok(("%s (%s)"):format(version, vim.fn.exepath(binary.path())))
  return true
end

local function machine()
  health.start("This machine and directory, as `backstory doctor` sees them")
  local report = doctor()
  if not report then
    return health.error("`backstory doctor --json` does not answer", "run `backstory doctor` in a shell")
  end
  local say = { ok = health.ok, warning = health.warn, problem = health.error }
  for _, check in ipairs(report.checks) do
    local text = ("%s: %s"):format(check.topic, check.finding)
    local advice = check.advice ~= vim.NIL and check.advice or nil
    say[check.state](text, check.state ~= "ok" and advice or nil)
  end
end

local function server()
  health.start("The server in this Neovim")
  if not vim.lsp.is_enabled("backstory") then
    return health.warn("not enabled", 'put vim.lsp.enable("backstory") into your init.lua')
  end
  local clients = vim.lsp.get_clients({ name = "backstory" })
  if #clients == 0 then
    return health.info("enabled, and not running: no Rust or Python file is open")
  end
  for _, client in ipairs(clients) do
    local buffers = vim.tbl_count(client.attached_buffers)
    health.ok(("running in %s, for %d buffer%s"):format(client.root_dir or "no directory", buffers, buffers == 1 and "" or "s"))
    local info = client.server_info
    local running = info and ("%s %s"):format(info.name, info.version)
    local installed = version_of(binary.path())
    if running and installed and not vim.startswith(installed, running) then
      health.warn(("the running server is %s, the program %s"):format(running, installed), ":Backstory restart")
    end
  end
  if #clients > 1 then
    health.info(("%d servers run, one for each repository that is open"):format(#clients))
  end
end

---Other ways of starting the same server, and two servers that answer the same.
local function conflicts()
  health.start("Other configuration")
  local problems = select(2, require("backstory.options").get())
  for _, problem in ipairs(problems) do
    health.warn(problem, ":help vim.g.backstory")
  end
  local configs = vim.api.nvim_get_runtime_file("lsp/backstory.lua", true)
  if #configs > 1 then
    health.warn(
      ("%d files configure this server, and what they say is mixed: %s"):format(#configs, table.concat(configs, ", ")),
      "remove all but one"
    )
  end
  for _, client in ipairs(vim.lsp.get_clients({ name = "backstory" })) do
    if client:supports_method("textDocument/definition") then
      for bufnr in pairs(client.attached_buffers) do
        for _, other in ipairs(vim.lsp.get_clients({ bufnr = bufnr, method = "textDocument/definition" })) do
          if other.name ~= "backstory" then
            return health.warn(
              ("Backstory and %s both find definitions: everything is shown twice"):format(other.name),
              'set mode = "companion" (:help backstory-settings)'
            )
          end
        end
      end
    end
  end
  if #problems == 0 and #configs <= 1 then
    health.ok("nothing is in the way")
  end
end

function M.check()
  if program() then
    machine()
  end
  server()
  conflicts()
end

return M
