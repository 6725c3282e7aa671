// Each case runs in a child: what is given up does not come back.
#include "runner/privileges.h"

#include <linux/bpf.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <fstream>
#include <functional>
#include <string>

namespace {

using namespace sutap::privileges;

// The exit status of a child that runs `work`; 99 for an exception.
int in_a_child(const std::function<int()>& work) {
    const pid_t child = fork();
    if (child == 0) {
        int status = 99;
        try {
            status = work();
        } catch (const PrivilegeError&) {
        }
        _exit(status);
    }
    int status = -1;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string effective() {
    std::ifstream file("/proc/self/status");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("CapEff:\t")) {
            return line.substr(8);
        }
    }
    return "none";
}

const std::string nothing(16, '0');

int bpf_error(bpf_cmd command) {
    bpf_attr attributes{};
    return syscall(SYS_bpf, command, &attributes, sizeof attributes) < 0 ? errno : 0;
}

}  // namespace

TEST_CASE("capabilities are held back, raised for a scope, and lowered again") {
    CHECK(in_a_child([] {
              hold_back();
              if (effective() != nothing) {
                  return 1;
              }
              {
                  const CapabilityScope outer{Capability::bpf};
                  const std::string with_bpf = effective();
                  if (is_permitted(Capability::bpf) && with_bpf != "0000008000000000") {
                      return 2;
                  }
                  {
                      const CapabilityScope inner{Capability::perfmon};
                      if (is_permitted(Capability::perfmon) && effective() != "000000c000000000") {
                          return 3;
                      }
                  }
                  if (effective() != with_bpf) {
                      return 4;
                  }
              }
              return effective() == nothing ? 0 : 5;
          }) == 0);
}

TEST_CASE("what was dropped is not permitted any more, and a scope cannot raise it") {
    CHECK(in_a_child([] {
              drop_all();
              const CapabilityScope raised{Capability::bpf, Capability::administer};
              return !is_permitted(Capability::bpf) && effective() == nothing &&
                             prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1
                         ? 0
                         : 1;
          }) == 0);
}

TEST_CASE("undumpable means undumpable") {
    CHECK(in_a_child([] {
              become_undumpable();
              return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
          }) == 0);
}

TEST_CASE("in the printing phase bpf() is for access to maps alone") {
    CHECK(in_a_child([] {
              drop_all();
              confine_session();
              for (const bpf_cmd command :
                   {BPF_MAP_CREATE, BPF_PROG_LOAD, BPF_OBJ_PIN, BPF_OBJ_GET, BPF_LINK_CREATE,
                    BPF_RAW_TRACEPOINT_OPEN, BPF_PROG_GET_FD_BY_ID, BPF_BTF_LOAD}) {
                  if (bpf_error(command) != EPERM) {
                      return 1;
                  }
              }
              // Descriptor 0 is no map: the kernel itself says so.
              return bpf_error(BPF_MAP_LOOKUP_ELEM) != EPERM ? 0 : 2;
          }) == 0);
}

TEST_CASE("a command's upper half does not get round the filter") {
    CHECK(in_a_child([] {
              drop_all();
              confine_session();
              bpf_attr attributes{};
              const long high = (1L << 32U) | BPF_MAP_LOOKUP_ELEM;
              if (syscall(SYS_bpf, high, &attributes, sizeof attributes) < 0 && errno == EPERM) {
                  return 1;  // the kernel sees a lookup, and so does the filter
              }
              const long create = (1L << 32U) | BPF_MAP_CREATE;
              return syscall(SYS_bpf, create, &attributes, sizeof attributes) < 0 && errno == EPERM
                         ? 0
                         : 2;
          }) == 0);
}

TEST_CASE("in the printing phase nothing is executed, forked or traced") {
    CHECK(in_a_child([] {
              confine_session();
              execl("/bin/true", "true", nullptr);
              if (errno != EPERM) {
                  return 1;
              }
              return fork() < 0 && errno == EPERM ? 0 : 2;
          }) == 0);
}
