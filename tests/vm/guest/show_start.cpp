// Stands in for the runner in the front end's cases: prints what it was started with, one fact a
// line, then the script's text between "script<" and ">", then the grant.
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <string>

namespace {

std::string text_of(int descriptor) {
    std::string text;
    std::array<char, 4096> buffer{};
    for (ssize_t count; (count = read(descriptor, buffer.data(), buffer.size())) > 0;)
        text.append(buffer.data(), static_cast<std::size_t>(count));
    return text;
}

void show_status() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        for (const char* start :
             {"Uid:", "Gid:", "Groups:", "Cap", "SigIgn:", "SigBlk:", "NoNew", "Seccomp:"})
            if (line.rfind(start, 0) == 0) std::puts(line.c_str());
    }
}

void show_limit(const char* name, __rlimit_resource kind) {
    rlimit limit{};
    getrlimit(kind, &limit);
    std::printf("limit %s %ld\n", name, static_cast<long>(limit.rlim_cur));
}

}  // namespace

int main(int argc, char** argv) {
    for (int i = 0; i < argc; ++i) std::printf("word %s\n", argv[i]);
    for (char** each = environ; *each; ++each) std::printf("environment %s\n", *each);
    show_status();
    signal(SIGXFSZ, SIG_IGN);  // the attempts to write below
    for (int number = 0; number < 4096; ++number) {
        if (fcntl(number, F_GETFD) == -1) continue;
        const int seals = fcntl(number, F_GET_SEALS);
        // The audit log and the session's file are handed over to be written to.
        const int flags = fcntl(number, F_GETFL) & (O_ACCMODE | O_APPEND);
        const bool writable = number > 2 && number < 1024 && pwrite(number, "x", 1, 0) == 1;
        std::printf("descriptor %d%s%s%s\n", number,
                    seals > 0 && (seals & 0xf) == 0xf ? " sealed" : "", writable ? " writable" : "",
                    number < 1024                    ? ""
                    : flags == (O_WRONLY | O_APPEND) ? " appending"
                    : flags != O_RDONLY              ? " changing"
                                                     : "");
    }
    show_limit("core", RLIMIT_CORE);
    show_limit("fsize", RLIMIT_FSIZE);
    show_limit("nofile", RLIMIT_NOFILE);
    itimerval timer{};
    getitimer(ITIMER_REAL, &timer);
    std::printf("timer %s\n", timer.it_value.tv_sec || timer.it_value.tv_usec ? "runs" : "none");
    std::array<char, 4096> folder{};
    if (getcwd(folder.data(), folder.size())) std::printf("folder %s\n", folder.data());
    std::printf("script<%s>\n%s", text_of(3).c_str(), text_of(4).c_str());
}
