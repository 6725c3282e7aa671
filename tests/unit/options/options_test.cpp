#include "runner/options/options.h"

#include <catch2/catch.hpp>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

using sutap::options::Action;
using sutap::options::Format;
using sutap::options::Options;
using sutap::options::OptionsResult;
using sutap::options::PlaceChoice;
using sutap::options::Setting;

namespace {

OptionsResult parse(std::initializer_list<const char*> words) {
    std::vector<const char*> argv{"sutap"};
    argv.insert(argv.end(), words);
    return sutap::options::parse_options(static_cast<int>(argv.size()), argv.data());
}

Options accepted(std::initializer_list<const char*> words) {
    const OptionsResult result = parse(words);
    INFO(result.error);
    REQUIRE(result.options);
    CHECK(result.exit_status == 0);
    return *result.options;
}

// The message, without "sutap: " and the hint.
std::string refused(std::initializer_list<const char*> words) {
    const OptionsResult result = parse(words);
    REQUIRE_FALSE(result.options);
    CHECK(result.exit_status == 1);
    const std::string end = "\nTry '--help' for more information.\n";
    REQUIRE(result.error.rfind("sutap: ", 0) == 0);
    REQUIRE(result.error.size() > 7 + end.size());
    REQUIRE(result.error.substr(result.error.size() - end.size()) == end);
    return result.error.substr(7, result.error.size() - 7 - end.size());
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("no word at all gives the usage") {
    for (const int argc : {0, 1}) {
        const char* argv[] = {"sutap", nullptr};
        const OptionsResult result = sutap::options::parse_options(argc, argv);
        CHECK_FALSE(result.options);
        CHECK(result.error == sutap::options::usage());
        CHECK(result.exit_status == 1);
    }
}

TEST_CASE("the script is the first word, and what follows is its own") {
    const Options options = accepted({"-v", "kill.stp", "-g", "--", "42"});
    CHECK(options.script_path == "kill.stp");
    CHECK(options.arguments == Words{"-g", "--", "42"});
    CHECK(options.verbosity == 1);
    CHECK_FALSE(options.guru);
    CHECK(accepted({"-"}).script_path == "-");
    CHECK(accepted({"--", "-v"}).script_path == "-v");
}

TEST_CASE("with -e, -l or a grant every word is an argument") {
    const Options text = accepted({"-e", "probe begin {}", "a", "b"});
    CHECK(text.script_text == "probe begin {}");
    CHECK_FALSE(text.script_path);
    CHECK(text.arguments == Words{"a", "b"});
    const Options list = accepted({"-l", "syscall.*", "a"});
    CHECK(list.action == Action::list_probes);
    CHECK(list.list_pattern == "syscall.*");
    CHECK(list.arguments == Words{"a"});
    CHECK(accepted({"-L", "x"}).action == Action::list_probes_with_variables);
    const Options granted = accepted({"--grant=4", "-v", "--", "-x", "1"});
    CHECK(granted.grant_descriptor == 4);
    CHECK_FALSE(granted.script_path);
    CHECK(granted.arguments == Words{"-x", "1"});
    CHECK(accepted({"--grant=4", "one"}).arguments == Words{"one"});
}

TEST_CASE("letters may be joined, and a value may follow at once") {
    const Options options = accepted({"-vvgp4", "-T5", "-s", "16", "f"});
    CHECK(options.verbosity == 2);
    CHECK(options.guru);
    CHECK(options.last_pass == 4);
    CHECK(options.maximum_seconds == 5);
    CHECK(options.buffer_megabytes == 16);
    CHECK(accepted({"-p", "2", "f"}).last_pass == 2);
    CHECK(accepted({"f"}).last_pass == 5);
}

TEST_CASE("each flag sets its own field") {
    CHECK(accepted({"-q", "f"}).quiet);
    CHECK(accepted({"-t", "f"}).measures_time);
    CHECK(accepted({"-F", "-o", "o", "f"}).in_background);
    CHECK(accepted({"-w", "f"}).suppresses_warnings);
    CHECK(accepted({"-W", "f"}).warnings_are_errors);
    CHECK(accepted({"-u", "f"}).keeps_unused);
    CHECK(accepted({"--skip-badvars", "f"}).skips_bad_variables);
    CHECK(accepted({"--suppress-handler-errors", "f"}).suppresses_handler_errors);
    CHECK(accepted({"-g", "--suppress-time-limits", "f"}).suppresses_time_limits);
    CHECK_FALSE(accepted({"--no-global-var-display", "f"}).displays_globals);
    const Options plain = accepted({"f"});
    CHECK_FALSE((plain.quiet || plain.guru || plain.measures_time || plain.in_background ||
                 plain.suppresses_warnings || plain.warnings_are_errors || plain.keeps_unused ||
                 plain.skips_bad_variables || plain.suppresses_handler_errors ||
                 plain.suppresses_time_limits));
    CHECK(plain.displays_globals);
}

TEST_CASE("values are kept") {
    const Options options =
        accepted({"-G", "a=1", "-Gb=x=y", "-DMAXACTION=5", "-D", "NDEBUG", "-o", "out", "-S",
                  "10,3", "-x", "77", "--compatible=4.2", "--format", "json", "--place=user", "f"});
    CHECK(options.globals == std::vector<Setting>{{"a", "1"}, {"b", "x=y"}});
    CHECK(options.definitions == std::vector<Setting>{{"MAXACTION", "5"}, {"NDEBUG", ""}});
    CHECK(options.output_file == "out");
    CHECK(options.rotate_megabytes == 10);
    CHECK(options.rotate_count == 3);
    CHECK(options.target_pid == 77);
    CHECK(options.compatible_version == "4.2");
    CHECK(options.format == Format::json);
    CHECK(options.place == PlaceChoice::user);
    CHECK(options.verbosity_of(5) == 0);
    const Options loud = accepted({"-v", "--vp", "002", "--vp=00004", "f"});
    CHECK(loud.verbosity_of(1) == 1);
    CHECK(loud.verbosity_of(3) == 3);
    CHECK(loud.verbosity_of(5) == 5);
    CHECK(accepted({"-m", "my_1", "f"}).session_name == "my_1");
    CHECK(accepted({"-I", "a", "-Ib", "f"}).tapset_folders == Words{"a", "b"});
    CHECK(accepted({"--rlimit-cpu=5", "f"}).limits.at(0).value == 5);
    CHECK(accepted({"--color", "f"}).uses_colour == true);
    CHECK(accepted({"--colour=never", "f"}).uses_colour == false);
    CHECK_FALSE(accepted({"--color=auto", "f"}).uses_colour);
    CHECK(accepted({"-c", "ls -l", "f"}).command == "ls -l");
    CHECK(accepted({"--place", "kernel", "f"}).place == PlaceChoice::kernel);
}

TEST_CASE("questions need no script") {
    CHECK(accepted({"-h"}).action == Action::help);
    CHECK(accepted({"--help"}).action == Action::help);
    CHECK(accepted({"-V"}).action == Action::version);
    CHECK(accepted({"--version", "-c", "a", "-x", "1"}).action == Action::version);
    CHECK(accepted({"--dump-functions"}).action == Action::dump_functions);
    CHECK(accepted({"--dump-probe-types"}).action == Action::dump_probe_types);
    CHECK(accepted({"--dump-probe-aliases"}).action == Action::dump_probe_aliases);
    const Options check = accepted({"--check", "kill.stp", "1"});
    CHECK(check.action == Action::check);
    CHECK(check.script_path == "kill.stp");
    CHECK(check.arguments == Words{"1"});
}

TEST_CASE("-E adds a script") {
    const Options both = accepted({"-E", "a", "-e", "b", "-E", "c", "1"});
    CHECK(both.script_text == "b");
    CHECK(both.additional_scripts == Words{"a", "c"});
    CHECK(both.arguments == Words{"1"});
    CHECK(accepted({"-E", "a", "-l", "x"}).additional_scripts == Words{"a"});
}

TEST_CASE("what needs no compiler is accepted without effect") {
    for (const char* word :
         {"-k", "-P", "-dkernel", "-BCONFIG_X=y", "-R/x", "--ldd", "--all-modules", "--modinfo=a=b",
          "--bpf", "--save-uprobes", "--sign-module", "--disable-cache", "--poison-cache",
          "--check-version", "--download-debuginfo=no", "--runtime=bpf", "--runtime=kernel",
          "--prologue-searching", "--prologue-searching=auto"}) {
        INFO(word);
        CHECK(accepted({word, "f"}).script_path == "f");
    }
    CHECK(accepted({"--clean-cache"}).action == Action::nothing);
}

TEST_CASE("what cannot be had is refused with a reason") {
    for (const char* word : {"-b",
                             "-i",
                             "--interactive",
                             "--monitor",
                             "--monitor=2",
                             "--dyninst",
                             "--privilege",
                             "--privilege=stapusr",
                             "--unprivileged",
                             "--use-server",
                             "--use-server=x",
                             "--use-server-on-error=yes",
                             "--list-servers",
                             "--trust-servers=all",
                             "--remote=ssh://x",
                             "--remote-prefix",
                             "--sysroot=/x",
                             "--sysenv=A=b",
                             "--target-namespaces=1",
                             "--example"}) {
        INFO(word);
        const std::string message = refused({word, "f"});
        CHECK(message.find(": ") != std::string::npos);
        CHECK(message.find("option") == std::string::npos);
    }
    CHECK(refused({"-i", "-l", "x"}) == refused({"-i", "f"}));
}

TEST_CASE("wrong words are refused with a sentence") {
    CHECK(refused({"-v"}) == "A script must be specified.");
    CHECK(refused({"-p6", "f"}) == "Invalid pass number (should be 1-5).");
    CHECK(refused({"-p0", "f"}) == "Invalid pass number (should be 1-5).");
    CHECK(refused({"-p", "x", "f"}) == "Invalid pass number (should be 1-5).");
    CHECK(refused({"-p", "2x", "f"}) == "Invalid pass number (should be 1-5).");
    CHECK(refused({"-e", "a", "-e", "b"}) == "Only one script can be given on the command line.");
    CHECK(refused({"-s", "0", "f"}) == "Invalid buffer size (should be 1-4095).");
    CHECK(refused({"-s", "4096", "f"}) == "Invalid buffer size (should be 1-4095).");
    CHECK(refused({"-c", "a", "-x", "1", "f"}) == "You can't specify -c and -x together.");
    CHECK(refused({"-c", "", "f"}) == "The command of -c must not be empty.");
    CHECK(refused({"-c", " \t", "f"}) == "The command of -c must not be empty.");
    CHECK(refused({"-F", "f"}) ==
          "You can't specify -F without -o: no module stays in the kernel that could keep the "
          "output.");
    CHECK(refused({"-m", "", "f"}) ==
          "Invalid module name '' of -m (should be 1 to 50 letters, digits and underscores).");
    CHECK(refused({"-m", "a/b", "f"}).starts_with("Invalid module name 'a/b'"));
    CHECK(refused({"-I", "", "f"}) == "The folder of -I must not be empty.");
    CHECK(refused({"-r", "1.2.3", "f"})
              .starts_with(
                  "You can't specify -r 1.2.3 without -p4 or less: only the running kernel"));
    CHECK(accepted({"-r", "1.2.3", "-p4", "f"}).release == "1.2.3");
    CHECK(accepted({"-r", "/lib/modules/1.2/build", "-p1", "f"}).release == "1.2");
    CHECK(refused({"-r", "/x", "-p1", "f"}) == "Invalid release '/x' of -r.");
    CHECK(refused({"-r", "", "-p1", "f"}) == "Invalid release '' of -r.");
    CHECK(refused({"-a", "s390", "f"}).starts_with("Invalid architecture 's390' of -a"));
    CHECK(refused({"--vp", "1x", "f"}).starts_with("Invalid argument '1x' of --vp"));
    CHECK(refused({"--vp", "123456", "f"}).starts_with("Invalid argument '123456' of --vp"));
    CHECK(refused({"--prologue-searching=bad", "f"}) ==
          "Invalid argument 'bad' of --prologue-searching (should be never, auto or always).");
    CHECK(refused({"--color=bad", "f"}) ==
          "Invalid argument 'bad' of --color (should be never, auto or always).");
    CHECK(refused({"--runtime=dyninst", "f"}) == "Invalid runtime 'dyninst': it is always bpf.");
    for (const char* word : {"--rlimit-as=", "--rlimit-cpu=x", "--rlimit-nproc=-1",
                             "--rlimit-stack=1k", "--rlimit-fsize=99999999999999999999"}) {
        CHECK(refused({word, "f"}).starts_with("Unable to convert resource limit '"));
    }
    CHECK(refused({"-x", "-1", "f"}) == "Invalid target process ID number.");
    CHECK(refused({"-x", "99999999999999999999", "f"}) == "Invalid target process ID number.");
    CHECK(refused({"-T", "0", "f"}) ==
          "Invalid timeout interval (should be a number of seconds above 0).");
    CHECK(refused({"-S", "1,x", "-o", "f", "f"}) ==
          "Invalid file size argument for -S (should be SIZE or SIZE,N).");
    CHECK(refused({"-S", "1", "f"}) == "You can't specify -S without -o.");
    CHECK(refused({"-G", "a", "f"}) == "Invalid argument 'a' of -G (should be NAME=VALUE).");
    CHECK(refused({"-D", "1=2", "f"}) ==
          "Invalid argument '1=2' of -D (should be NAME or NAME=VALUE).");
    CHECK(refused({"-Z", "f"}) == "invalid option -- 'Z'");
    CHECK(refused({"-vZ", "f"}) == "invalid option -- 'Z'");
    CHECK(refused({"-e"}) == "option requires an argument -- 'e'");
    CHECK(refused({"--nothing", "f"}) == "unrecognized option '--nothing'");
    CHECK(refused({"--hel", "f"}) == "unrecognized option '--hel'");
    CHECK(refused({"--=x", "f"}) == "unrecognized option '--'");
    CHECK(refused({"--help=x"}) == "option '--help' doesn't allow an argument");
    CHECK(refused({"--compatible"}) == "option '--compatible' requires an argument");
    CHECK(refused({"--compatible=x", "f"}) ==
          "Invalid version number of --compatible (should be like 4.2).");
    CHECK(refused({"--format=xml", "f"}) == "Invalid format (should be text or json).");
    CHECK(refused({"--place=moon", "f"}) == "Invalid place (should be kernel, user or auto).");
    CHECK(refused({"--suppress-time-limits", "f"}) ==
          "You can't specify --suppress-time-limits without -g.");
    CHECK(refused({"--grant=2"}) == "Invalid descriptor of the grant.");
    CHECK(refused({"--grant=4", "-e", "x"}) ==
          "A grant names the script; none can be given on the command line.");
    CHECK(refused({"-l", "a", "-L", "b"}) == "Only one of -l and -L may be given, and only once.");
    CHECK(refused({"-l", ""}) == "The probe pattern must not be empty.");
    CHECK(refused({""}) == "The name of the script must not be empty.");
    CHECK(refused({"-o", "", "f"}) == "The name of the output file must not be empty.");
}

TEST_CASE("the first mistake is the one reported") {
    CHECK(refused({"-p9", "-s0", "-c", "a", "-x", "1"}) == "Invalid pass number (should be 1-5).");
}

TEST_CASE("the usage names every option that is accepted") {
    const std::string usage = sutap::options::usage();
    for (const char* word : {"-c CMD",
                             "-D NAME",
                             "-e TEXT",
                             "-E TEXT",
                             "-I FOLDER",
                             "-m NAME",
                             "--color",
                             "--rlimit-as",
                             "--vp",
                             "-F ",
                             "-g ",
                             "-G NAME",
                             "-h, --help",
                             "-k,",
                             "-l, -L PATTERN",
                             "-o FILE",
                             "-p NUM",
                             "-q ",
                             "-s NUM",
                             "-S SIZE",
                             "-t ",
                             "-T SECONDS",
                             "-u ",
                             "-v ",
                             "-V, --version",
                             "-w, -W",
                             "-x PID",
                             "--check",
                             "--compatible",
                             "--dump-functions",
                             "--dump-probe-aliases",
                             "--dump-probe-types",
                             "--format",
                             "--no-global-var-display",
                             "--place",
                             "--skip-badvars",
                             "--suppress-handler-errors",
                             "--suppress-time-limits"}) {
        INFO(word);
        CHECK(usage.find(word) != std::string::npos);
    }
    CHECK(usage.find("--grant") == std::string::npos);
    CHECK(sutap::options::version().rfind("sutap ", 0) == 0);
}
