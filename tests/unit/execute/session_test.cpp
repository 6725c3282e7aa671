#include <sys/prctl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "tests/unit/execute/runs.h"

using namespace sutap;
using namespace sutap::tests;
using Kind = ir::Handler::Kind;

namespace {

ir::Handler line(Kind kind, const std::string& text_line, std::int64_t sequence = 0) {
    ir::Handler made = handler(kind, {}, {say(text_line)});
    made.sequence = sequence;
    return made;
}

ir::Handler failing(Kind kind, const std::string& message, std::int64_t sequence = 0) {
    ir::Handler made = handler(
        kind, {text}, {string(0, message), call_builtin(Builtin::error, no_register, {0}, 2)});
    made.sequence = sequence;
    return made;
}

struct Ended {
    int status = 0;
    std::string printed;
    std::string complained;
};

Ended run_all(std::vector<ir::Handler> handlers, execute::SessionOptions options = {}) {
    Run run(program(std::move(handlers)), std::move(options));
    REQUIRE(run.problem.empty());
    run.session.start(0);
    Ended ended;
    ended.status = run.session.finish();
    ended.printed = run.printed();
    ended.complained = run.complained();
    return ended;
}

const std::string one_error = "WARNING: Number of errors: 1, skipped probes: 0\n";

}  // namespace

TEST_CASE("begin and end run in the order of their numbers, then of the script") {
    const Ended ended =
        run_all({line(Kind::end, "e0"), line(Kind::begin, "b0"), line(Kind::begin, "b-", -5),
                 line(Kind::end, "e-", -1), line(Kind::begin, "b1"), line(Kind::error, "no")});
    CHECK(ended.printed == "b-\nb0\nb1\ne-\ne0\n");
    CHECK(ended.complained.empty());
    CHECK(ended.status == 0);
}

TEST_CASE("after an error the error handlers run instead of the end handlers") {
    const Ended ended =
        run_all({failing(Kind::begin, "boom"), line(Kind::begin, "skipped"), line(Kind::end, "no"),
                 line(Kind::error, "second", 2), failing(Kind::error, "again", 1)});
    CHECK(ended.printed == "second\n");
    CHECK(ended.complained ==
          "ERROR: boom near identifier 'x' at <input>:3:4\n"
          "ERROR: again near identifier 'x' at <input>:3:4\n"
          "WARNING: Number of errors: 2, skipped probes: 0\n");
    CHECK(ended.status == 1);
}

TEST_CASE("an error in an end handler counts") {
    const Ended ended = run_all(
        {failing(Kind::end, "late"), line(Kind::end, "skipped"), line(Kind::error, "error ran")});
    CHECK(ended.printed == "error ran\n");
    CHECK(ended.complained.ends_with(one_error));
    CHECK(ended.status == 1);
}

TEST_CASE("MAXERRORS lets the session go on") {
    execute::SessionOptions options;
    options.max_errors = 1;
    const Ended ended = run_all({failing(Kind::begin, "one"), line(Kind::begin, "still"),
                                 line(Kind::end, "end"), line(Kind::error, "no")},
                                options);
    CHECK(ended.printed == "still\nend\n");
    CHECK(ended.complained.ends_with(one_error));
    CHECK(ended.status == 1);
}

TEST_CASE("errors can be suppressed") {
    execute::SessionOptions options;
    options.suppress_handler_errors = true;
    const Ended ended = run_all({failing(Kind::begin, "one"), line(Kind::begin, "still")}, options);
    CHECK(ended.printed == "still\n");
    CHECK(ended.complained.empty());
    CHECK(ended.status == 0);
}

TEST_CASE("exit lets the handler finish, and no later one begin") {
    ir::Handler first =
        handler(Kind::begin, {}, {call_builtin(Builtin::exit_session), say("rest")});
    Run run(program({first, line(Kind::begin, "no"), line(Kind::kernel, "no"),
                     line(Kind::timer, "no"), line(Kind::end, "end")}));
    REQUIRE(run.problem.empty());
    run.session.start(0);
    CHECK(run.session.exiting());
    run.session.record(RecordBuilder(2).bytes());
    run.session.run_timers(1'000'000);
    CHECK_FALSE(run.session.next_timer());
    CHECK(run.session.finish() == 0);
    CHECK(run.printed() == "rest\nend\n");
}

TEST_CASE("oneshot ends the session") {
    Run run(program({line(Kind::oneshot, "hello"), line(Kind::end, "end")}));
    run.session.start(0);
    CHECK(run.session.exiting());
    CHECK(run.session.finish() == 0);
    CHECK(run.printed() == "hello\nend\n");
}

TEST_CASE("skipped probes are reported, with the status of success") {
    Run run(program({line(Kind::end, "end")}));
    run.session.start(0);
    run.session.exit();
    CHECK(run.session.finish(3) == 0);
    CHECK(run.complained() == "WARNING: Number of errors: 0, skipped probes: 3\n");
}

// Time stands still but for what the tests say.
execute::SessionOptions frozen(std::int64_t* now = nullptr) {
    execute::SessionOptions options;
    options.clock = [now](clockid_t) { return now == nullptr ? 0 : *now; };
    return options;
}

TEST_CASE("timers keep to their grid") {
    ir::Handler fast = line(Kind::timer, "fast");
    fast.interval_ns = 10;
    ir::Handler slow = line(Kind::timer, "slow");
    slow.interval_ns = 25;
    Run run(program({slow, fast}), frozen());
    REQUIRE(run.problem.empty());
    run.session.start(100);
    CHECK(run.session.next_timer() == 110);
    run.session.run_timers(109);
    CHECK(run.printed().empty());
    run.session.run_timers(110);
    CHECK(run.printed() == "fast\n");
    run.session.run_timers(126);  // both are due; the fast one was first
    CHECK(run.printed() == "fast\nslow\n");
    CHECK(run.session.next_timer() == 130);
    run.session.run_timers(180);  // what was missed is made up for, in its order
    CHECK(run.printed() == "fast\nfast\nslow\nfast\nfast\nfast\nslow\nfast\n");
    CHECK(run.session.next_timer() == 190);
    CHECK(run.session.finish() == 0);
    CHECK(run.complained().empty());
}

TEST_CASE("a timer that cannot be kept up with is given up, and counted") {
    std::int64_t now = 0;
    ir::Handler timer = line(Kind::timer, "t");
    timer.interval_ns = 1;
    Run run(program({timer}), frozen(&now));
    REQUIRE(run.problem.empty());
    run.session.start(0);
    run.session.run_timers(5000);
    CHECK(run.printed().size() == std::size_t{4097} * 2);
    CHECK(run.session.next_timer() == 5001);
    now = 100'005'000;  // a slow handler: the time runs on while it works
    run.session.run_timers(5010);
    CHECK(run.printed() == "t\nt\n");
    CHECK(run.session.next_timer() == 5011);
    CHECK(run.session.finish() == 0);
    CHECK(run.complained() ==
          "WARNING: Number of timer runs given up, because their handlers take longer than the "
          "interval: 911\n");
}

TEST_CASE("the file handlers see and make $value") {
    ir::Handler writer = handler(Kind::file_write, {text},
                                 {call_builtin(Builtin::file_value, 0, {}), print_text(0)});
    writer.file.name = "a";
    ir::Handler reader = handler(Kind::file_read, {text, text},
                                 {string(0, "abc"), call_builtin(Builtin::set_file_value, 1, {0}),
                                  call_builtin(Builtin::append_file_value, 1, {0}), print_text(1)});
    reader.file = {"b", 0400, 6};
    execute::SessionOptions options;
    options.string_size = 8;
    Run run(program({writer, reader}), options);
    REQUIRE(run.problem.empty());
    run.session.start(0);
    run.session.file_written("a", "0123456789");
    CHECK(run.printed() == "0123456\n789\n");
    run.session.file_written("a", "");
    CHECK(run.printed() == "\n");
    run.session.file_written("b", "nobody");
    CHECK(run.session.read_file("a").empty());
    CHECK(run.session.read_file("b") == "abcab");
    CHECK(run.printed() == "abcab\n");
    run.session.exit();
    CHECK(run.session.read_file("b").empty());
}

TEST_CASE("the commands of system() wait to be taken, and are bounded") {
    ir::Handler one = handler(Kind::timer, {text},
                              {string(0, "date"), call_builtin(Builtin::system, no_register, {0})});
    one.interval_ns = 1;
    execute::SessionOptions options = frozen();
    options.max_errors = 2;
    Run run(program({one}), options);
    REQUIRE(run.problem.empty());
    run.session.start(0);
    run.session.run_timers(2);
    CHECK(run.session.take_commands() == std::vector<std::string>{"date", "date"});
    CHECK(run.session.take_commands().empty());
    run.session.run_timers(1003);
    CHECK(run.session.take_commands().size() == 1000);
    CHECK(run.session.errors() == 1);
    CHECK(run.complained().find("system: too many commands at once") != std::string::npos);
}

TEST_CASE("printk() and ftrace() write lines to their descriptors") {
    const auto pipe_of = [] {
        std::array<int, 2> ends{};
        REQUIRE(pipe(ends.data()) == 0);
        return ends;
    };
    const auto log = pipe_of();
    const auto marker = pipe_of();
    const auto contents = [](std::array<int, 2> ends) {
        close(ends[1]);
        std::string text(8192, ' ');
        text.resize(static_cast<std::size_t>(read(ends[0], text.data(), text.size())));
        close(ends[0]);
        return text;
    };
    ir::Handler one = handler(Kind::begin, {integer, text, text, integer},
                              {number(0, 4), string(1, std::string(1000, 'x')), string(2, "mark"),
                               call_builtin(Builtin::printk, no_register, {0, 1}), number(3, 99),
                               call_builtin(Builtin::printk, no_register, {3, 2}),
                               call_builtin(Builtin::ftrace, no_register, {2})});
    execute::SessionOptions options = frozen();
    options.string_size = 2000;
    options.kernel_log = log[1];
    options.trace_marker = marker[1];
    Run run(program({one}), options);
    REQUIRE(run.problem.empty());
    run.session.start(0);
    CHECK(contents(log) ==
          "<4>" + std::string(900, 'x') + "\n<4>" + std::string(100, 'x') + "\n<7>mark\n");
    CHECK(contents(marker) == "mark\n");
}

TEST_CASE("without the kernel's log printk() is an error, and ftrace() nothing") {
    ir::Handler one =
        handler(Kind::begin, {integer, text},
                {number(0, 4), string(1, "x"), call_builtin(Builtin::ftrace, no_register, {1}),
                 call_builtin(Builtin::printk, no_register, {0, 1})});
    Run run(program({one}), frozen());
    REQUIRE(run.problem.empty());
    run.session.start(0);
    CHECK(run.complained().find("ERROR: printk: Bad file descriptor") != std::string::npos);
    CHECK(run.session.errors() == 1);
}

TEST_CASE("a randomized timer stays within its spread") {
    ir::Handler timer = line(Kind::timer, "t");
    timer.interval_ns = 100;
    timer.randomize_ns = 30;
    Run run(program({timer}), frozen());
    REQUIRE(run.problem.empty());
    std::int64_t now = 0;
    run.session.start(now);
    for (int i = 0; i < 100; ++i) {
        const std::int64_t due = run.session.next_timer().value();
        REQUIRE(due >= now + 70);
        REQUIRE(due <= now + 130);
        now = due;
        run.session.run_timers(now);
    }
}

TEST_CASE("messages and output keep their order, and terminals are safe from them") {
    const Block body = {say("before"), string(0, "a\x1b[31m"),
                        call_builtin(Builtin::warn, no_register, {0}),
                        call_builtin(Builtin::log, no_register, {0}), print_text(0)};
    Run plain(program({handler(Kind::begin, {text}, body)}));
    plain.session.start(0);
    CHECK(plain.complained() == "WARNING: a\x1b[31m\n");
    CHECK(plain.printed() == "before\na\x1b[31m\na\x1b[31m\n");
    Run terminal(program({handler(Kind::begin, {text}, body)}), {}, true);
    terminal.session.start(0);
    CHECK(terminal.complained() == "WARNING: a\\033[31m\n");
    CHECK(terminal.printed() == "before\na\\033[31m\na\\033[31m\n");
    execute::SessionOptions options;
    options.suppress_warnings = true;
    Run quiet(program({handler(Kind::begin, {text}, body)}), options);
    quiet.session.start(0);
    CHECK(quiet.complained().empty());
}

TEST_CASE("what a handler may ask of its session") {
    execute::SessionOptions options;
    options.arguments = {"one", "two"};
    options.target = 4711;
    options.clock = [](clockid_t id) {
        return id == CLOCK_REALTIME ? std::int64_t{1'700'000'000'123'456'789} : std::int64_t{42};
    };
    Block body;
    for (const Builtin builtin :
         {Builtin::target, Builtin::argument_count, Builtin::gettimeofday_ns,
          Builtin::gettimeofday_us, Builtin::gettimeofday_ms, Builtin::gettimeofday_s,
          Builtin::ktime_get_ns}) {
        body.push_back(call_builtin(builtin, 0));
        body.push_back(print_number(0));
    }
    for (const std::int64_t index : {0, 1, 2, 3}) {
        body.push_back(number(0, index));
        body.push_back(call_builtin(Builtin::argument_text, 1, {0}));
        body.push_back(print_text(1));
    }
    body.push_back(call_builtin(Builtin::pp, 1));
    body.push_back(print_text(1));
    body.push_back(call_builtin(Builtin::probe_definition, 1));
    body.push_back(print_text(1));
    CHECK(run_begin({integer, text}, body, {}, options) ==
          "4711\n2\n1700000000123456789\n1700000000123456\n1700000000123\n1700000000\n42\n"
          "\none\ntwo\n\npoint\ndefinition\n");
}

TEST_CASE("a handler in user space is the runner itself") {
    const Block body = {call_builtin(Builtin::pid, 0),
                        print_number(0),
                        call_builtin(Builtin::task_current, 0),
                        call_builtin(Builtin::task_pid, 0, {0}),
                        print_number(0),
                        call_builtin(Builtin::uid, 0),
                        print_number(0),
                        call_builtin(Builtin::execname, 1),
                        print_text(1),
                        call_builtin(Builtin::pid, 0),
                        call_builtin(Builtin::pid2execname, 1, {0}),
                        print_text(1)};
    std::array<char, 16> name{};
    ::prctl(PR_GET_NAME, name.data());
    const std::string own = std::to_string(::getpid()) + "\n";
    const std::string own_name = std::string(name.data()) + "\n";
    CHECK(run_begin({integer, text}, body) ==
          own + own + std::to_string(::getuid()) + "\n" + own_name + own_name);
}

TEST_CASE("other processes are looked up by pid") {
    namespace files = std::filesystem;
    const files::path folder = files::temp_directory_path() / ("proc." + std::to_string(getpid()));
    const auto add = [&folder](int pid, const std::string& name, int parent) {
        files::create_directories(folder / std::to_string(pid));
        std::ofstream(folder / std::to_string(pid) / "comm") << name << "\n";
        std::ofstream(folder / std::to_string(pid) / "status")
            << "Name:\t" << name << "\nTgid:\t" << pid << "\nPid:\t" << pid << "\nPPid:\t" << parent
            << "\nUid:\t10\t11\t12\t13\nGid:\t20\t21\t22\t23\n";
    };
    add(1, "init", 0);
    add(230, "sshd", 1);
    add(231, "ba sh)", 230);
    execute::SessionOptions options;
    options.process_folder = folder.string();
    Block body = {number(0, 231), call_builtin(Builtin::pid2task, 0, {0}),
                  call_builtin(Builtin::pstrace, 1, {0}), print_text(1)};
    for (const Builtin builtin : {Builtin::task_tid, Builtin::task_uid, Builtin::task_euid,
                                  Builtin::task_gid, Builtin::task_egid, Builtin::task_parent}) {
        body.push_back(call_builtin(builtin, 2, {0}));
        body.push_back(print_number(2));
    }
    body.insert(body.end(), {call_builtin(Builtin::task_execname, 1, {2}), print_text(1),
                             number(0, 999), call_builtin(Builtin::pid2task, 2, {0}),
                             print_number(2), call_builtin(Builtin::pid2execname, 1, {0}),
                             print_text(1), call_builtin(Builtin::task_execname, 1, {0}, 2)});
    CHECK(run_begin({integer, text, integer}, body, {}, options) ==
          " ba sh)(231) sshd(230)\n231\n10\n11\n20\n21\n230\nsshd\n0\n\n"
          "ERROR: read fault [man error::fault] at 0x00000000000003e7 near identifier 'x' at "
          "<input>:3:4\n" +
              one_error);
    files::remove_all(folder);
}

TEST_CASE("output is buffered, and a reader that went away ends the session") {
    std::signal(SIGPIPE, SIG_IGN);
    Run run(program({line(Kind::begin, "hello"), line(Kind::end, "end")}));
    run.session.start(0);
    CHECK(run.output_pipe.read_all().empty());
    CHECK(run.output.total() == 6);
    run.output_pipe.close_reader();
    CHECK_FALSE(run.session.exiting());
    run.output.flush();
    CHECK(run.session.exiting());
    CHECK(run.output.failure() == EPIPE);
    CHECK(run.session.finish() == 0);
    CHECK(run.complained().empty());
}

TEST_CASE("a full disk is an error") {
    const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
    REQUIRE(full >= 0);
    Pipe complaints;
    execute::Output output(full, false);
    execute::Output messages(complaints.writer(), false);
    const ir::Program script = program({line(Kind::begin, "hello")});
    execute::Session session(script, {}, output, messages);
    session.start(0);
    CHECK(session.finish() == 1);
    CHECK(complaints.read_all() ==
          "ERROR: cannot write the output: No space left on device\n" + one_error);
    ::close(full);
}

TEST_CASE("much output is written before the end") {
    Pipe pipe;
    execute::Output output(pipe.writer(), false);
    const std::string kilobyte(1024, 'x');
    for (int i = 0; i < 63; ++i) {
        output.append(kilobyte);
    }
    CHECK(pipe.read_all().empty());
    output.append(kilobyte);
    CHECK(pipe.read_all().size() == 65536);
}
