#include "runner/translator.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <new>

#include "runner/descriptor.h"
#include "runner/limits.h"
#include "runner/privileges.h"
#include "runner/text_output.h"

namespace sutap {

namespace {

constexpr int system_at_fault = 125;
constexpr off_t largest_image = off_t{64} << 20U;
constexpr rlim_t most_cpu_seconds = 120;
constexpr rlim_t most_memory = rlim_t{2} << 30U;
constexpr int all_seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

[[noreturn]] void fail(const std::string& what) {
    throw RequestError{"sutap-runner: " + what + ": " + std::strerror(errno) + "\n",
                       system_at_fault};
}

void lower_limit(__rlimit_resource which, rlim_t most) {
    rlimit limit{};
    if (getrlimit(which, &limit) == 0 && limit.rlim_cur > most) {
        limit.rlim_cur = most;
        setrlimit(which, &limit);
    }
}

void confine(int output) {
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    const auto kept = static_cast<unsigned>(output);
    if ((kept > 3 && syscall(SYS_close_range, 3U, kept - 1, 0U) != 0) ||
        syscall(SYS_close_range, kept + 1, ~0U, 0U) != 0) {
        throw privileges::PrivilegeError{"cannot close the descriptors"};
    }
    lower_limit(RLIMIT_CPU, most_cpu_seconds);
#ifndef __SANITIZE_ADDRESS__  // whose shadow memory is larger
    lower_limit(RLIMIT_AS, most_memory);
#endif
    privileges::become_undumpable();
    privileges::drop_all();
    privileges::confine_translator();
}

// The child's whole life.
[[noreturn]] void be_the_translator(const std::function<int(int)>& work, int output) {
    int status = system_at_fault;
    try {
        confine(output);
        status = work(output);
        if (status == 0 && fcntl(output, F_ADD_SEALS, all_seals) != 0) {
            complain("the translator cannot seal its result");
            status = system_at_fault;
        }
    } catch (const privileges::PrivilegeError& error) {
        complain(error.message);
    } catch (const std::bad_alloc&) {
        complain("the script needs too much memory to translate");
        status = 1;
    } catch (const std::exception& error) {
        complain(std::string("the translator failed: ") + error.what());
    }
    _exit(status);
}

int wait_for(pid_t child) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            fail("cannot wait for the translator");
        }
    }
    if (WIFSIGNALED(status)) {
        throw RequestError{std::string("sutap-runner: the translator was ended by signal ") +
                           std::to_string(WTERMSIG(status)) + " (" + strsignal(WTERMSIG(status)) +
                           ")\n"};
    }
    return WEXITSTATUS(status);
}

std::vector<std::uint8_t> read_image(const Descriptor& file) {
    struct stat status {};
    if ((fcntl(file.get(), F_GET_SEALS) & all_seals) != all_seals ||
        fstat(file.get(), &status) != 0 || status.st_size > largest_image) {
        throw RequestError{"sutap-runner: the translator's result is not sealed or too large\n",
                           system_at_fault};
    }
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(status.st_size));
    if (pread(file.get(), bytes.data(), bytes.size(), 0) != status.st_size) {
        fail("cannot read the translator's result");
    }
    return bytes;
}

}  // namespace

TranslatorResult run_translator(const std::function<int(int output)>& work) {
    const Descriptor file(
        static_cast<int>(syscall(SYS_memfd_create, "image", MFD_CLOEXEC | MFD_ALLOW_SEALING)));
    if (!file) {
        fail("cannot make a memory file");
    }
    const pid_t child = fork();
    if (child < 0) {
        fail("cannot fork");
    }
    if (child == 0) {
        be_the_translator(work, file.get());
    }
    TranslatorResult result;
    result.exit_status = wait_for(child);
    if (result.exit_status == 0) {
        result.image = read_image(file);
    }
    return result;
}

}  // namespace sutap
