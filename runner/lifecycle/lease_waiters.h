// Who waits in open() for a lease of ours to be given up.
#pragma once

#include <sys/types.h>

#include <istream>

namespace sutap {

struct LeaseWaiters {
    int readers = 0;
    int writers = 0;
    bool operator==(const LeaseWaiters&) const = default;
};

// `locks` is what /proc/locks says (proc_locks(5)), where those who wait stand below the lease;
// `process` holds the lease of that inode. Nobody where there is no such lease.
LeaseWaiters lease_waiters(std::istream& locks, pid_t process, ino_t inode);

}  // namespace sutap
