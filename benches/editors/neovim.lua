-- Measures Backstory beside another server in a real Neovim. Run in a repository, with the programs in BACKSTORY and TY:
--
--   nvim --headless -u NONE -i NONE -n -l neovim.lua hover FILE    how long hovers take, with and without Backstory
--   nvim --headless -u NONE -i NONE -n -l neovim.lua editing FILE  what Backstory takes while and after a file is edited 3,600 times
--
-- An edit a second is an hour's; here they come 20 a second, with a hover at every tenth and a save at every sixtieth.
-- Never does: save into the file it was given (it works on a copy beside it, and removes that).

local mode, file = arg[1], arg[2]
local plugin = vim.fs.joinpath(vim.fs.dirname(debug.getinfo(1, "S").source:sub(2)), "../../editors/neovim")
vim.opt.runtimepath:prepend(vim.fs.normalize(plugin))
vim.cmd("runtime! plugin/backstory.lua")
vim.cmd("filetype plugin on")
vim.lsp.config("backstory", { cmd = { vim.env.BACKSTORY, "lsp" } })
vim.lsp.config("ty", { cmd = { vim.env.TY, "server" }, filetypes = { "python" }, root_markers = { ".git" } })
vim.lsp.enable({ "ty", "backstory" })

local function client(name)
  local found
  vim.wait(60000, function()
    found = vim.lsp.get_clients({ name = name, bufnr = 0 })[1]
    return found
  end, 10)
  return assert(found, name .. " did not start")
end

local function idle(server)
  repeat
    local status = server:request_sync("backstory/status", {}, 600000, 0)
    vim.wait(100)
  until not status.result.busy
end

---@param times number[] milliseconds
local function summary(name, times)
  table.sort(times)
  local at = function(share)
    return times[math.max(1, math.ceil(#times * share))]
  end
  io.stdout:write(("%-44s %4d hovers  p50 %6.1f  p95 %6.1f  max %6.1f ms\n"):format(name, #times, at(0.5), at(0.95), at(1)))
end

---Places of declared names.
local function places()
  local found = {}
  for row, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    local _, last = line:find("^%s*def ")
    if last then
      table.insert(found, { textDocument = { uri = vim.uri_from_bufnr(0) }, position = { line = row - 1, character = last } })
    end
  end
  return found
end

---Sends one hover to all of these servers at once, as Neovim does; how long each took, in milliseconds.
local function ask(servers, params)
  local begin, took, left = vim.uv.hrtime(), {}, #servers
  for index, server in ipairs(servers) do
    server:request("textDocument/hover", params, function()
      took[index] = (vim.uv.hrtime() - begin) / 1e6
      left = left - 1
    end, 0)
  end
  vim.wait(20000, function()
    return left == 0
  end, 0)
  return took
end

local function hovers(main, ours)
  local all = places()
  local alone, beside, both, own = {}, {}, {}, {}
  for _ = 1, 2 do -- the first round warms both
    alone, beside, both, own = {}, {}, {}, {}
    for index, params in ipairs(all) do
      -- Alternating, so that whatever else the machine does meets both alike.
      local without = ask({ main }, params)
      local with = ask({ main, ours }, params)
      alone[index], beside[index], own[index] = without[1], with[1], with[2]
      both[index] = math.max(with[1], with[2])
    end
  end
  summary("main server alone", alone)
  summary("main server, Backstory asked as well", beside)
  summary("Backstory", own)
  summary("both (when Neovim opens the hover)", both)
end

---@return number seconds of processor, number megabytes
local function usage(pid)
  local fields = vim.split(vim.fn.readfile(("/proc/%d/stat"):format(pid))[1]:match("%) (.*)$"), " ")
  local memory = 0
  for _, line in ipairs(vim.fn.readfile(("/proc/%d/status"):format(pid))) do
    memory = tonumber(line:match("^VmRSS:%s+(%d+)")) or memory
  end
  return (tonumber(fields[12]) + tonumber(fields[13])) / 100, memory / 1024
end

local function pid_of(name)
  for _, pid in ipairs(vim.api.nvim_get_proc_children(vim.fn.getpid())) do
    local process = vim.api.nvim_get_proc(pid)
    if process and process.name:match("^" .. name) then
      return pid
    end
  end
end

local function editing(ours)
  local pid = pid_of("backstory")
  local function tell(when, seconds)
    local before = usage(pid)
    vim.wait(seconds * 1000)
    local after, memory = usage(pid)
    io.stdout:write(("%-24s %5.1f %% of a core over %3d s, %4.0f MB\n"):format(when, (after - before) / seconds * 100, seconds, memory))
  end
  tell("before", 10)
  local all = places()
  local before, began = usage(pid), vim.uv.hrtime()
  for edit = 1, 3600 do
    local row = all[edit % #all + 1].position.line
    if edit % 2 == 1 then
      vim.api.nvim_buf_set_lines(0, row + 1, row + 1, false, { "        _ = " .. edit })
    else
      vim.cmd("silent undo")
    end
    if edit % 10 == 0 then
      ours:request("textDocument/hover", all[edit % #all + 1], function() end, 0)
    end
    if edit % 60 == 0 then
      vim.cmd("silent write")
    end
    vim.wait(50)
  end
  local after, memory = usage(pid)
  local seconds = (vim.uv.hrtime() - began) / 1e9
  io.stdout:write(("%-24s %5.1f s of processor for 3600 edits in %d s, %4.0f MB\n"):format("editing", after - before, seconds, memory))
  tell("right after", 10)
  vim.wait(30000)
  tell("half a minute later", 60)
end

local work = file
if mode == "editing" then
  work = file:gsub("%.py$", "_edited.py")
  vim.uv.fs_copyfile(file, work)
end
vim.cmd.edit(work)
vim.lsp.enable({ "ty", "backstory" })
local main, ours = client("ty"), client("backstory")
idle(ours)
if mode == "editing" then
  editing(ours)
  vim.uv.fs_unlink(work)
else
  hovers(main, ours)
end
for _, server in ipairs(vim.lsp.get_clients()) do
  server:stop()
end
vim.wait(2000)
