// What --help and --version print.
#include "runner/options/options.h"

namespace sutap::options {

std::string version() {
    return "sutap 0.1 (the SystemTap language 5.2, runtime bpf)\n"
           "This is free software under the MIT licence; there is NO WARRANTY.\n";
}

std::string usage() {
    return R"(Usage: sutap [OPTIONS] FILE [ARGUMENTS]     run the script in FILE
   or: sutap [OPTIONS] - [ARGUMENTS]        run the script on standard input
   or: sutap [OPTIONS] -e TEXT [ARGUMENTS]  run the script TEXT
   or: sutap [OPTIONS] -l PATTERN           list the probe points that match
   or: sutap [OPTIONS] -L PATTERN           the same, with their variables

Options:
   -c CMD             run CMD, and end when it ends; target() is its process ID
   -D NAME[=VALUE]    override a limit, for example MAXACTION
   -e TEXT            run this script
   -E TEXT            run this script, too; may be repeated
   -F                 go on in the background, with -o; prints the process ID
   -g                 guru mode: allow what can do harm
   -G NAME=VALUE      set a global variable
   -h, --help         show this text
   -I FOLDER          take what is missing from the scripts in FOLDER; may be repeated
   -l, -L PATTERN     list probe points; -L with their variables
   -m NAME            name the session: module_name(), the folder of procfs files
   -o FILE            write the output into FILE; strftime(3) fills in its % directives
   -p NUM             stop after pass NUM: 1 parse, 2 elaborate, 3 place, 4 emit, 5 run
   -q                 say less
   -s NUM             megabytes of buffer (1-4095)
   -S SIZE[,N]        begin a new output file every SIZE megabytes, keep N
   -t                 measure the time that each probe takes
   -T SECONDS         end after so many seconds
   -u                 keep unused functions and variables
   -v                 say more; may be repeated
   -V, --version      show the version
   -w, -W             no warnings; warnings are errors
   -x PID             target() is PID
   --doctor           say what this machine can trace, what is missing and how to get it
   --check SCRIPT     say what the script needs, and run nothing
   --color[=never|auto|always]
   --compatible=VERSION          language of an older SystemTap
   --dump-functions, --dump-probe-aliases, --dump-probe-types
   --format text|json            json: one object a line
   --no-global-var-display       print no unread global variables at the end
   --place kernel|user|auto      where handlers run
   --rlimit-as=NUM, --rlimit-cpu=NUM, --rlimit-fsize=NUM, --rlimit-nproc=NUM,
   --rlimit-stack=NUM            limits of the resources that we may use
   --skip-badvars                unknown context variables are 0
   --suppress-handler-errors     run-time errors do not end the session
   --suppress-time-limits        no limit on a handler's steps (with -g)
   --vp DIGITS                   say more, in each of the five passes

Accepted, and not needed here: -a, -B, -d, -k, -P, -r, -R, --all-modules, --bpf, --check-version,
--clean-cache, --disable-cache, --download-debuginfo, --ldd, --modinfo, --poison-cache,
--prologue-searching, --runtime, --save-uprobes, --sign-module.
)";
}

}  // namespace sutap::options
