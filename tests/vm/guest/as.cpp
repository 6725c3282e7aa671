// as USER COMMAND [ARGUMENT…]: becomes USER as a login does (uid, gid, every group of
// /etc/group, HOME, USER; signals as they come by default, which a shell's "&" changes) with no
// capability left, and executes COMMAND in place of itself. USER may be "#UID:GID,GID…": the ids
// themselves, the first GID the primary group.
// Only for the guest: its accounts are in files, and nobody else can change them.
#include <grp.h>
#include <signal.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct Account {
    uid_t uid = 0;
    gid_t gid = 0;
    std::string home;
};

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> words;
    for (;;) {
        const auto end = text.find(separator);
        words.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return words;
        text.remove_prefix(end + 1);
    }
}

unsigned number(const std::string& text) {
    unsigned value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// What "#UID:GID,GID…" says.
Account numbered_account(const std::string& text, std::vector<gid_t>& groups) {
    const auto parts = split(std::string_view(text).substr(1), ':');
    for (const auto& group : split(parts.size() > 1 ? parts[1] : parts[0], ','))
        groups.push_back(number(group));
    return {number(parts[0]), groups.front(), "/"};
}

std::optional<Account> find_account(const std::string& name) {
    std::ifstream file("/etc/passwd");
    for (std::string line; std::getline(file, line);) {
        const auto fields = split(line, ':');
        if (fields.size() == 7 && fields[0] == name)
            return Account{number(fields[2]), number(fields[3]), fields[5]};
    }
    return std::nullopt;
}

std::vector<gid_t> groups_of(const std::string& name, gid_t own) {
    std::vector<gid_t> groups{own};
    std::ifstream file("/etc/group");
    for (std::string line; std::getline(file, line);) {
        const auto fields = split(line, ':');
        if (fields.size() != 4) continue;
        for (const auto& member : split(fields[3], ','))
            if (member == name) groups.push_back(number(fields[2]));
    }
    return groups;
}

void reset_signals() {
    for (int number = 1; number < NSIG; ++number) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
}

bool become(const std::string& name, const Account& account, const std::vector<gid_t>& groups) {
    if (setgroups(groups.size(), groups.data()) != 0) return false;
    if (setresgid(account.gid, account.gid, account.gid) != 0) return false;
    if (setresuid(account.uid, account.uid, account.uid) != 0) return false;
    setenv("HOME", account.home.c_str(), 1);
    setenv("USER", name.c_str(), 1);
    setenv("LOGNAME", name.c_str(), 1);
    return account.uid == 0 || setresuid(0, 0, 0) != 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fputs("usage: as USER COMMAND [ARGUMENT...]\n", stderr);
        return 2;
    }
    const std::string name = argv[1];
    std::vector<gid_t> groups;
    const auto account =
        name[0] == '#' ? std::optional(numbered_account(name, groups)) : find_account(name);
    if (account && groups.empty()) groups = groups_of(name, account->gid);
    if (!account || !become(name, *account, groups)) {
        std::perror("as: can't become that user");
        return 2;
    }
    reset_signals();
    execvp(argv[2], argv + 2);
    std::perror(argv[2]);
    return 127;
}
