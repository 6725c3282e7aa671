#include "runner/lifecycle/lease_waiters.h"

#include <catch2/catch.hpp>
#include <sstream>

using sutap::lease_waiters;
using sutap::LeaseWaiters;

namespace {

const std::string locks =
    "1: LEASE  BREAKING  UNLCK 25458 fe:00:10952870 0 EOF\n"
    "1: -> LEASE  BREAKER   READ 25463 <none>:0 0 EOF\n"
    "1:  -> LEASE  BREAKER   WRITE 25460 <none>:0 0 EOF\n"
    "1:   -> LEASE  BREAKER   WRITE 25464 <none>:0 0 EOF\n"
    "2: FLOCK  ADVISORY  WRITE 25458 fe:00:7 0 EOF\n"
    "2: -> FLOCK  ADVISORY  WRITE 9 fe:00:7 0 EOF\n"
    "3: LEASE  ACTIVE    WRITE 25458 fe:00:8 0 EOF\n"
    "4: LEASE  BREAKING  READ 25458 fe:00:9 0 EOF\n"
    "4: -> LEASE  BREAKER   READ 25463 <none>:0 0 EOF\n";

LeaseWaiters waiters(pid_t process, ino_t inode) {
    std::istringstream text(locks);
    return lease_waiters(text, process, inode);
}

}  // namespace

TEST_CASE("those who wait for a lease stand below it") {
    CHECK(waiters(25458, 10952870) == LeaseWaiters{1, 2});
    CHECK(waiters(25458, 9) == LeaseWaiters{1, 0});
    CHECK(waiters(25458, 8) == LeaseWaiters{});
}

TEST_CASE("nobody waits for a lease that is another's, or for a lock") {
    CHECK(waiters(25459, 10952870) == LeaseWaiters{});
    CHECK(waiters(25458, 7) == LeaseWaiters{});
    CHECK(waiters(25458, 952870) == LeaseWaiters{});
}

TEST_CASE("a list of locks that is none names nobody") {
    std::istringstream text("\n->\n1:\n1: ->\n1: LEASE\n\xff\xff -> -> ->");
    CHECK(lease_waiters(text, 1, 1) == LeaseWaiters{});
}
