// The parts of the front end that need no privilege.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "policies/evidence.h"
#include "policies/sha256.h"
#include "policies/trusted_files.h"
#include "suid/audit.h"
#include "suid/outcome.h"
#include "suid/process_state.h"
#include "suid/runner.h"

using namespace sutap;
using namespace sutap::front_end;

namespace {

class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "sutap-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()));
        path_ = std::filesystem::canonical(name).string();
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    std::string file(const std::string& name, const std::string& text) const {
        std::ofstream(path_ + "/" + name) << text;
        return path_ + "/" + name;
    }
    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

policy::Policy policy_of(const std::string& scripts) {
    const policy::ParsedPolicy parsed = policy::parse_policy({{"p", "schema = 1\n" + scripts}});
    REQUIRE(parsed.errors.empty());
    return parsed.policy;
}

}  // namespace

TEST_CASE("JSON texts hold any byte in ASCII") {
    CHECK(json_text("a\"b\\c") == R"("a\"b\\c")");
    CHECK(json_text(std::string("\0\n\x1b\x7f", 4)) == R"("\u0000\u000a\u001b\u007f")");
    CHECK(json_text("\xc3\xa9\xff") == R"("\u00c3\u00a9\u00ff")");
    CHECK(json_text("") == "\"\"");
}

TEST_CASE("An audit record is one line of JSON") {
    Record record{.decision = "deny"};
    record.reason = "no \"rule\"\n";
    record.time = "2026-01-02T03:04:05.006Z";
    record.login_id = "null";
    record.process = 7;
    const policy::Request request =
        policy::parse_request({"-v", "-m", "OPS\x1b", "a\nb", "{\"x\":1}"}, false);
    CHECK(
        format_record(
            record,
            {policy::UserId{1000}, policy::GroupId{100}, {policy::GroupId{4}, policy::GroupId{5}}},
            request) ==
        "{\"time\":\"2026-01-02T03:04:05.006Z\",\"decision\":\"deny\","
        "\"rule\":\"\","
        "\"reason\":\"no \\\"rule\\\"\\u000a\",\"uid\":1000,\"login_uid\":null,\"gid\":100,"
        "\"groups\":[4,5],\"terminal\":\"\",\"pid\":7,\"request\":\"a\\u000ab\",\"script\":\"\","
        "\"sha256\":\"\",\"action\":\"run\",\"given_reason\":\"OPS\\u001b\",\"options\":[\"-v\"],"
        "\"arguments\":[\"{"
        "\\\"x\\\":1}\"],"
        "\"capabilities\":[]}\n");
    look_around(record);
    CHECK(record.process == getpid());
    CHECK(record.time.size() == 24);
}

TEST_CASE("The record of what was refused is short, of what was allowed complete") {
    const policy::Request request = policy::parse_request(
        {"-v", std::string(20000, 'n'), std::string(600, 'a'), std::string(600, 'b'), "c"}, false);
    Record record{.decision = "deny"};
    const std::string refused =
        format_record(record, {policy::UserId{1000}, policy::GroupId{100}, {}}, request);
    CHECK(refused.size() < 6000);
    CHECK(refused.find("\"" + std::string(600, 'a') + "\",\"" + std::string(424, 'b') +
                       "\",\"... (3 words)\"]") != std::string::npos);
    CHECK(refused.find("\"options\":[\"-v\"]") != std::string::npos);
    record.decision = "allow";
    const std::string allowed =
        format_record(record, {policy::UserId{1000}, policy::GroupId{100}, {}}, request);
    CHECK(allowed.find(std::string(20000, 'n')) != std::string::npos);
    CHECK(allowed.find(std::string(600, 'b') + "\",\"c\"]") != std::string::npos);
}

TEST_CASE("A front end that is stopped does not stay") {
    const pid_t child = fork();
    if (child == 0) {
        live_at_most(1);
        raise(SIGSTOP);
        _exit(0);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);  // not for the stop
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGKILL);
}

TEST_CASE("The grant holds one line for each fact, whatever the bytes") {
    Grant grant;
    grant.script_name = "a\nuid = 0\\";
    grant.probes = {"begin", "syscall.kill"};
    grant.capabilities = {"bpf"};
    grant.variables = {{"TERM", "xterm"}};
    grant.umask = 022;
    std::vector<Opened> opened(2);
    opened[0].kind = "perf_event";
    opened[0].name = "timer.profile";
    opened[1].kind = "module_btf";
    opened[1].name = "over\nlay";
    for (Opened& one : opened)
        one.descriptor = policy::Descriptor(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 60));
    const std::string first = std::to_string(opened[0].descriptor.number());
    const std::string second = std::to_string(opened[1].descriptor.number());
    CHECK(format_grant(grant, {policy::UserId{1000}, policy::GroupId{100}, {}}, opened) ==
          "sutap-grant 1\nscript_descriptor = 3\nscript_name = a\\x0auid = 0\\x5c\nuid = 1000\n"
          "gid = 100\nprobe = begin\nprobe = syscall.kill\ncapability = bpf\nscope = system\n"
          "max_seconds = 0\nmax_output = 0\nmax_memory = 0\nmax_probes = 0\nkernel_addresses = "
          "false\n"
          "descriptor = perf_event " +
              first + " timer.profile\ndescriptor = module_btf " + second +
              " over\\x0alay\n"
              "caller.TERM = xterm\ncaller.umask = 022\ncaller.folder_kept = true\n");
    grant.kernel_addresses = true;
    grant.policy_script = "s";
    grant.scope = policy::Scope::own;
    grant.limits = {600, 4096, 2, 3};
    CHECK(format_grant(grant, {policy::UserId{1000}, policy::GroupId{100}, {}}, {})
              .find("\npolicy_script = s\nscope = own\nmax_seconds = 600\nmax_output = 4096\n") !=
          std::string::npos);
    CHECK(format_grant(grant, {policy::UserId{1000}, policy::GroupId{100}, {}}, opened)
              .find("\nkernel_addresses = true\n") != std::string::npos);
}

TEST_CASE("What is opened has numbers of its own") {
    std::vector<Opened> opened(2);
    opened[0].descriptor = policy::Descriptor(dup(STDIN_FILENO));
    opened[1].descriptor = policy::Descriptor(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 2000));
    const int kept = opened[1].descriptor.number();
    REQUIRE(kept >= 2000);
    make_room(opened);
    CHECK(opened[0].descriptor.number() >= first_opened_descriptor);
    CHECK(opened[1].descriptor.number() == kept);
}

TEST_CASE("No breakpoint is set outside of the kernel, nor on what it has not") {
    CHECK(open_perf_events({"kernel.data(0x1000).length(4).write", "kernel.data(0x1000).rw",
                            "kernel.data(0x7fffffffffff).write", "kernel.data(\"\").write",
                            "kernel.data(\"no_such_variable\").write", "kernel.data(\"_text",
                            "kernel.data(\"" + std::string(5000, 'x') + "\").rw", "kernel.data("})
              .empty());
}

TEST_CASE("The types of modules are opened for points in modules alone") {
    CHECK(open_module_types({}).empty());
    CHECK(open_module_types({"begin", "kernel.function(\"*\")", "module(\"no_such_mod*\").*"})
              .empty());
    // A tracepoint may be any module's.
    const std::size_t all = open_module_types({"*"}).size();
    CHECK(open_module_types({"kernel.trace(\"nothing\")"}).size() == all);
    CHECK(open_module_types({"kernel.*"}).size() == all);
    // Whatever this machine has loaded, and lets us have.
    for (const Opened& one : open_module_types({"*"})) {
        CHECK(one.kind == "module_btf");
        CHECK(one.name != "vmlinux");
        CHECK(one.descriptor);
    }
}

TEST_CASE("What is printed moves no cursor") {
    CHECK(escape("a\x1b[2J\r\n\x7f") == "a\\x1b[2J\\x0d\\x0a\\x7f");
    CHECK(escape("\xc2\x9b"
                 "2J") ==
          "\xc2\\x9b"
          "2J");
    CHECK(escape("\x9b") == "\\x9b");
    CHECK(escape("\xc3\xa9\xe2\x82\xac") == "\xc3\xa9\xe2\x82\xac");
}

TEST_CASE("Variables are kept only in their form") {
    CHECK(is_harmless("PATH", "/usr/bin:/bin"));
    CHECK(is_harmless("TERM", "xterm-256color"));
    CHECK(is_harmless("TZ", "Europe/Berlin"));
    CHECK(is_harmless("TZ", "CET-1CEST,M3.5.0,M10.5.0/3"));
    CHECK(is_harmless("LANG", "de_DE.UTF-8@euro"));
    CHECK(is_harmless("COLUMNS", "80"));
    for (const auto& [name, value] : Variables{{"TZ", "/etc/shadow"},
                                               {"TZ", ":/etc/shadow"},
                                               {"TZ", "../../etc/shadow"},
                                               {"TERM", "../x"},
                                               {"TERM", ""},
                                               {"TERM", std::string(65, 'x')},
                                               {"LANG", "../../x"},
                                               {"LANG", "a\nb"},
                                               {"COLUMNS", "8a"},
                                               {"COLUMNS", "123456"},
                                               {"COLUMNS", "-1"},
                                               {"PATH", "/a\nb"},
                                               {"PATH", "$HOME"},
                                               {"LD_PRELOAD", "x"}}) {
        INFO(name << "=" << value);
        CHECK_FALSE(is_harmless(name, value));
    }
}

TEST_CASE("A file in a folder that others write to is not believed unless its content is pinned") {
    const TemporaryFolder folder;
    const std::string path = folder.file("a.stp", "probe begin {}");
    const std::string content = policy::sha256("probe begin {}");
    // The folder for temporary files is everybody's to write to.
    REQUIRE_FALSE(policy::open_trusted_file(path).descriptor);
    const policy::Policy loose = policy_of("[[script]]\nname='a'\npath='" + path + "'\n");
    CHECK_FALSE(policy::PolicyFiles(loose).by_name("a").problem.empty());
    CHECK(policy::find_script(loose, path, false, policy::follow).evidence.same_file.empty());
    CHECK(policy::find_script(loose, path, false, policy::follow).evidence.akin ==
          std::vector<std::string>{"a"});

    const policy::Policy pinned =
        policy_of("[[script]]\nname='a'\npath='" + path + "'\nsha256='" + content + "'\n");
    const policy::FoundScript found = policy::find_script(pinned, "a", false, policy::follow);
    CHECK(found.problem.empty());
    CHECK(found.text == "probe begin {}");
    CHECK(found.evidence.sha256 == content);
}

TEST_CASE("A path is known by its inode and its content") {
    const TemporaryFolder folder;
    const std::string path = folder.file("a.stp", "x");
    const std::string copy = folder.file("copy", "x");
    const policy::Policy policy = policy_of("[[script]]\nname='a'\npath='" + path + "'\nsha256='" +
                                            policy::sha256("x") + "'\n");
    const auto find = [&](const std::string& word) {
        return policy::find_script(policy, word, false, policy::follow);
    };
    std::filesystem::create_symlink(path, folder.path() + "/link");
    std::filesystem::create_hard_link(path, folder.path() + "/hard");
    CHECK(find(folder.path() + "/link").evidence.same_file == std::vector<std::string>{"a"});
    CHECK(find(folder.path() + "/hard").evidence.same_file == std::vector<std::string>{"a"});
    CHECK(find(copy).evidence.same_file.empty());
    CHECK(find(copy).evidence.akin == std::vector<std::string>{"a"});
    CHECK(find(folder.file("other", "y")).evidence.akin.empty());
    CHECK_FALSE(find(folder.path() + "/none").problem.empty());
    CHECK_FALSE(find(folder.path()).problem.empty());
    CHECK_FALSE(find("/dev/null").problem.empty());
    REQUIRE(mkfifo((folder.path() + "/pipe").c_str(), 0600) == 0);
    CHECK_FALSE(find(folder.path() + "/pipe").problem.empty());
    CHECK_FALSE(find(folder.file("long", std::string((1 << 20) + 1, 'x'))).problem.empty());
    CHECK_FALSE(find("nothing").problem.empty());
}

TEST_CASE("No symbolic link is followed where files are believed") {
    CHECK(policy::open_trusted_folder("/").descriptor);
    const TemporaryFolder folder;
    std::filesystem::create_symlink("/", folder.path() + "/root");
    CHECK_FALSE(policy::open_trusted_folder(folder.path() + "/root").descriptor);
    CHECK_FALSE(policy::read_policy(folder.path()).errors.empty());
    CHECK_FALSE(policy::read_policy("/does/not/exist").errors.empty());
    std::string problem;
    CHECK_FALSE(policy::read_trusted(policy::open_trusted_folder(folder.path()),
                                     folder.file("x", "y"), 10, problem));
    CHECK_FALSE(problem.empty());
}

TEST_CASE("Reading stops at the bound") {
    const TemporaryFolder folder;
    const policy::Claim claim = policy::follow(folder.file("a", "12345"));
    REQUIRE(claim.readable);
    CHECK_FALSE(policy::read_all(claim.readable, 4));
    const policy::Claim again = policy::follow(folder.path() + "/a");
    CHECK(policy::read_all(again.readable, 5) == "12345");
}
