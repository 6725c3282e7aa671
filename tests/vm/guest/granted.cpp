// granted USER LINES SCRIPT [OPTION…]: the runner as the front end starts it for USER, with a grant
// to which LINES are added ("scope = own\nmax_seconds = 5\n") and the script of that file.
// As root; the accounts of the guest have the same number as user and as group.
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace {

constexpr char runner[] = "/usr/libexec/sutap/sutap-runner";
constexpr int script_descriptor = 3;
constexpr int grant_descriptor = 4;

[[noreturn]] void fail(const char* what) {
    std::perror(what);
    std::exit(2);
}

void pass(const std::string& text, int number) {
    const int file = memfd_create("text", MFD_ALLOW_SEALING);
    if (file < 0 || write(file, text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
        fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0 ||
        (file != number && dup2(file, number) != number))
        fail("cannot pass a text on");
}

// Becomes the user, with CAP_BPF and CAP_PERFMON alone.
void become(unsigned id) {
    constexpr unsigned words = 2;
    const unsigned high = 1U << (CAP_BPF - 32) | 1U << (CAP_PERFMON - 32);
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, words> data{};
    data[1] = {high, high, high};
    if (setgroups(0, nullptr) != 0 || prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0 ||
        setresgid(id, id, id) != 0 || setresuid(id, id, id) != 0 ||
        syscall(SYS_capset, &header, data.data()) != 0)
        fail("cannot become the user");
    for (const int capability : {CAP_BPF, CAP_PERFMON})
        if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) != 0)
            fail("cannot keep a capability");
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) {
        std::fputs("usage: granted UID LINES SCRIPT [OPTION...]\n", stderr);
        return 2;
    }
    std::stringstream script;
    script << std::ifstream(argv[3]).rdbuf();
    const std::string id = argv[1];
    // Out of the way of the two numbers.
    for (int number = script_descriptor; number <= grant_descriptor; ++number)
        if (open("/dev/null", O_RDONLY) < 0) fail("/dev/null");
    pass(script.str(), script_descriptor);
    pass("sutap-grant 1\nscript_descriptor = 3\nscript_name = " + std::string(argv[3]) +
             "\nuid = " + id + "\ngid = " + id + "\n" + argv[2],
         grant_descriptor);
    become(static_cast<unsigned>(std::atoi(argv[1])));
    std::vector<char*> words = {const_cast<char*>("sutap-runner"), const_cast<char*>("--grant=4")};
    for (int at = 4; at < argc; ++at) words.push_back(argv[at]);
    words.push_back(nullptr);
    execv(runner, words.data());
    fail(runner);
}
