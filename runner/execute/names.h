// Names of numbers in the kernel's interface, without the prefix that they share. A number without
// a name is shown as itself, a name without a number gives -1.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sutap::execute {

std::string protocol_family_name(std::int64_t family);  // "INET" for 2 (linux/socket.h)
std::int64_t protocol_family_number(std::string_view name);
std::string protocol_name(std::int64_t protocol);  // "TCP" for 6 (linux/in.h)
std::int64_t protocol_number(std::string_view name);
std::string socket_state_name(std::int64_t state);  // "CONNECTED" for 3 (linux/net.h)
std::int64_t socket_state_number(std::string_view name);
// 0 for "RLIMIT_CPU" (asm-generic/resource.h).
std::int64_t limit_number(std::string_view name);
// "NFSERR_STALE" for 70, in the byte order of the machine or of the network; "NFS_OK" for 0.
std::string nfs_status_name(std::int64_t status);
std::string system_call_name(std::int64_t number);  // "read" for 0
// "vfs_read" of kernel.function("vfs_read@fs/read_write.c:450").call; empty if the point names no
// function.
std::string function_of_point(std::string_view point);

}  // namespace sutap::execute
