#include "runner/execute/names.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "runner/targets/machine.h"

namespace sutap::execute {
namespace {

constexpr std::array<std::string_view, 46> families = {
    "UNSPEC",  "LOCAL",   "INET",    "AX25",   "IPX",        "APPLETALK", "NETROM",   "BRIDGE",
    "ATMPVC",  "X25",     "INET6",   "ROSE",   "DECNET",     "NETBEUI",   "SECURITY", "KEY",
    "NETLINK", "PACKET",  "ASH",     "ECONET", "ATMSVC",     "RDS",       "SNA",      "IRDA",
    "PPPOX",   "WANPIPE", "LLC",     "IB",     "MPLS",       "CAN",       "TIPC",     "BLUETOOTH",
    "IUCV",    "RXRPC",   "ISDN",    "PHONET", "IEEE802154", "CAIF",      "ALG",      "NFC",
    "VSOCK",   "KCM",     "QIPCRTR", "SMC",    "XDP",        "MCTP"};
constexpr std::array<std::string_view, 5> states = {"FREE", "UNCONNECTED", "CONNECTING",
                                                    "CONNECTED", "DISCONNECTING"};
constexpr std::array<std::string_view, 16> limits = {
    "CPU",     "FSIZE", "DATA",  "STACK",      "CORE",     "RSS",  "NPROC",  "NOFILE",
    "MEMLOCK", "AS",    "LOCKS", "SIGPENDING", "MSGQUEUE", "NICE", "RTPRIO", "RTTIME"};
constexpr std::array<std::pair<std::int64_t, std::string_view>, 25> protocols = {
    {{0, "IP"},     {1, "ICMP"},   {2, "IGMP"},      {4, "IPIP"},   {6, "TCP"},
     {8, "EGP"},    {12, "PUP"},   {17, "UDP"},      {22, "IDP"},   {29, "TP"},
     {33, "DCCP"},  {41, "IPV6"},  {46, "RSVP"},     {47, "GRE"},   {50, "ESP"},
     {51, "AH"},    {92, "MTP"},   {94, "BEETPH"},   {98, "ENCAP"}, {103, "PIM"},
     {108, "COMP"}, {132, "SCTP"}, {136, "UDPLITE"}, {137, "MPLS"}, {255, "RAW"}}};

std::string name_at(std::span<const std::string_view> names, std::int64_t number) {
    if (number < 0 || static_cast<std::uint64_t>(number) >= names.size()) {
        return std::to_string(number);
    }
    return std::string(names[static_cast<std::size_t>(number)]);
}

std::int64_t place_of(std::span<const std::string_view> names, std::string_view name) {
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? -1 : found - names.begin();
}

std::string_view without(std::string_view prefix, std::string_view name) {
    return name.starts_with(prefix) ? name.substr(prefix.size()) : name;
}

}  // namespace

std::string protocol_family_name(std::int64_t family) {
    return name_at(families, family);
}

std::int64_t protocol_family_number(std::string_view name) {
    name = without("AF_", without("PF_", name));
    return place_of(families, name == "UNIX" ? "LOCAL" : name);
}

std::string system_call_name(std::int64_t number) {
    const auto& calls = targets::syscalls();
    const auto found = std::find_if(calls.begin(), calls.end(),
                                    [&](const auto& one) { return one.number == number; });
    return found == calls.end() ? std::to_string(number) : std::string(found->user_name);
}

std::string protocol_name(std::int64_t protocol) {
    const auto found = std::find_if(protocols.begin(), protocols.end(),
                                    [&](const auto& one) { return one.first == protocol; });
    return found == protocols.end() ? std::to_string(protocol) : std::string(found->second);
}

std::int64_t protocol_number(std::string_view name) {
    name = without("IPPROTO_", name);
    const auto found = std::find_if(protocols.begin(), protocols.end(),
                                    [&](const auto& one) { return one.second == name; });
    return found == protocols.end() ? -1 : found->first;
}

std::string socket_state_name(std::int64_t state) {
    return name_at(states, state);
}

std::int64_t socket_state_number(std::string_view name) {
    return place_of(states, without("SS_", name));
}

std::int64_t limit_number(std::string_view name) {
    constexpr std::string_view prefix = "RLIMIT_";
    return name.starts_with(prefix) ? place_of(limits, name.substr(prefix.size())) : -1;
}

std::string function_of_point(std::string_view point) {
    constexpr std::string_view component = ".function(\"";
    const std::size_t start = point.find(component);
    if (start == std::string_view::npos) {
        return {};
    }
    point.remove_prefix(start + component.size());
    return std::string(point.substr(0, std::min(point.find('@'), point.find('"'))));
}

}  // namespace sutap::execute
