-- Tells wrk what to send. wrk has no way of its own to say "one of these ids at random" or "each of
-- these persons once"; a job says so, which is a Lua table that wrk.py writes:
--
--   before, middle, after   what stands around the two parts of a line
--   lines                   a file; in each line two parts, separated by a tab
--   has_body                the second part is a body: its length is put before it
--   once                    each line once and in order, then the end; otherwise any line, for ever
--   exact                   the end is the last answer, not the last request (costs wrk some time)
--   seed                    for what is chosen at random
--
-- One thread only: every connection takes its requests from the same lines. At the end one line of
-- JSON says what happened; times are in microseconds.

local ffi = require("ffi")
ffi.cdef([[
struct moment { long seconds; long nanoseconds; };
int clock_gettime(int clock, struct moment *now);
]])
local MONOTONIC = 1
local A_DAY = 24 * 3600 * 1000

local job
local firsts, seconds = {}, {}
local promised, answered = 0, 0
local checked = false
local worker

-- Not local: the end is told in another state of Lua than the one that sends, which asks for these.
sent = 0
began, ended = nil, nil

local function now()
   local moment = ffi.new("struct moment")
   ffi.C.clock_gettime(MONOTONIC, moment)
   return tonumber(moment.seconds) * 1e6 + tonumber(moment.nanoseconds) / 1e3
end

local function finish()
   ended = ended or now()
   wrk.thread:stop()
end

local function written(line)
   local second = seconds[line]
   if job.has_body then
      second = #second .. "\r\n\r\n" .. second
   end
   return job.before .. firsts[line] .. job.middle .. second .. job.after
end

function setup(thread)
   worker = thread
end

function init(arguments)
   job = dofile(arguments[1])
   math.randomseed(job.seed)
   for line in io.lines(job.lines) do
      local first, second = line:match("^([^\t]*)\t(.*)$")
      firsts[#firsts + 1], seconds[#seconds + 1] = first, second
   end
   if job.exact then
      -- wrk looks for these functions after init; it calls `delay` before each request.
      function delay()
         promised = promised + 1
         return promised <= #firsts and 0 or A_DAY
      end
      function response()
         answered = answered + 1
         if answered == #firsts then
            finish()
         end
      end
   end
end

function request()
   if not checked then -- wrk asks once before it begins, to see whether it can read the request
      checked = true
      return written(1)
   end
   began = began or now()
   if not job.once then
      return written(math.random(#firsts))
   end
   if sent == #firsts then
      finish()
      return written(sent)
   end
   sent = sent + 1
   return written(sent)
end

function done(summary, latency)
   local errors = summary.errors
   local took = summary.duration
   if worker:get("ended") then
      took = worker:get("ended") - worker:get("began")
   end
   io.write(string.format(
      '\n{"requests":%d,"took":%.0f,"sent":%d,"p50":%.0f,"p99":%.0f,"refused":%d,"broken":%d}\n',
      summary.requests, took, worker:get("sent"), latency:percentile(50), latency:percentile(99),
      errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
