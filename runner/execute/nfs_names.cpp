#include <algorithm>
#include <array>
#include <utility>

#include "runner/execute/names.h"

namespace sutap::execute {
namespace {

// linux/nfs.h, NFSERR_.
constexpr std::array<std::pair<std::int64_t, std::string_view>, 22> low = {
    {{1, "PERM"},       {2, "NOENT"},        {5, "IO"},        {6, "NXIO"},    {13, "ACCES"},
     {17, "EXIST"},     {18, "XDEV"},        {19, "NODEV"},    {20, "NOTDIR"}, {21, "ISDIR"},
     {22, "INVAL"},     {27, "FBIG"},        {28, "NOSPC"},    {30, "ROFS"},   {31, "MLINK"},
     {45, "OPNOTSUPP"}, {63, "NAMETOOLONG"}, {66, "NOTEMPTY"}, {69, "DQUOT"},  {70, "STALE"},
     {71, "REMOTE"},    {99, "WFLUSH"}}};
constexpr std::int64_t first_high = 10001;
constexpr std::array<std::string_view, 48> high = {
    "BADHANDLE",      "NOT_SYNC",         "BAD_COOKIE",
    "NOTSUPP",        "TOOSMALL",         "SERVERFAULT",
    "BADTYPE",        "JUKEBOX",          "SAME",
    "DENIED",         "EXPIRED",          "LOCKED",
    "GRACE",          "FHEXPIRED",        "SHARE_DENIED",
    "WRONGSEC",       "CLID_INUSE",       "RESOURCE",
    "MOVED",          "NOFILEHANDLE",     "MINOR_VERS_MISMATCH",
    "STALE_CLIENTID", "STALE_STATEID",    "OLD_STATEID",
    "BAD_STATEID",    "BAD_SEQID",        "NOT_SAME",
    "LOCK_RANGE",     "SYMLINK",          "RESTOREFH",
    "LEASE_MOVED",    "ATTRNOTSUPP",      "NO_GRACE",
    "RECLAIM_BAD",    "RECLAIM_CONFLICT", "BAD_XDR",
    "LOCKS_HELD",     "OPENMODE",         "BADOWNER",
    "BADCHAR",        "BADNAME",          "BAD_RANGE",
    "LOCK_NOTSUPP",   "OP_ILLEGAL",       "DEADLOCK",
    "FILE_OPEN",      "ADMIN_REVOKED",    "CB_PATH_DOWN"};
// RFC 8881 (section 15.1), RFC 7862 (11.1) and RFC 8276 (8.6), NFS4ERR_.
constexpr std::int64_t first_later = first_high + std::int64_t{high.size()};
constexpr std::array<std::string_view, 48> later = {"BADIOMODE",
                                                    "BADLAYOUT",
                                                    "BAD_SESSION_DIGEST",
                                                    "BADSESSION",
                                                    "BADSLOT",
                                                    "COMPLETE_ALREADY",
                                                    "CONN_NOT_BOUND_TO_SESSION",
                                                    "DELEG_ALREADY_WANTED",
                                                    "BACK_CHAN_BUSY",
                                                    "LAYOUTTRYLATER",
                                                    "LAYOUTUNAVAILABLE",
                                                    "NOMATCHING_LAYOUT",
                                                    "RECALLCONFLICT",
                                                    "UNKNOWN_LAYOUTTYPE",
                                                    "SEQ_MISORDERED",
                                                    "SEQUENCE_POS",
                                                    "REQ_TOO_BIG",
                                                    "REP_TOO_BIG",
                                                    "REP_TOO_BIG_TO_CACHE",
                                                    "RETRY_UNCACHED_REP",
                                                    "UNSAFE_COMPOUND",
                                                    "TOO_MANY_OPS",
                                                    "OP_NOT_IN_SESSION",
                                                    "HASH_ALG_UNSUPP",
                                                    "",
                                                    "CLIENTID_BUSY",
                                                    "PNFS_IO_HOLE",
                                                    "SEQ_FALSE_RETRY",
                                                    "BAD_HIGH_SLOT",
                                                    "DEADSESSION",
                                                    "ENCR_ALG_UNSUPP",
                                                    "PNFS_NO_LAYOUT",
                                                    "NOT_ONLY_OP",
                                                    "WRONG_CRED",
                                                    "WRONG_TYPE",
                                                    "DIRDELEG_UNAVAIL",
                                                    "REJECT_DELEG",
                                                    "RETURNCONFLICT",
                                                    "DELEG_REVOKED",
                                                    "PARTNER_NOTSUPP",
                                                    "PARTNER_NO_AUTH",
                                                    "UNION_NOTSUPP",
                                                    "OFFLOAD_DENIED",
                                                    "WRONG_LFS",
                                                    "BADLABEL",
                                                    "OFFLOAD_NO_REQS",
                                                    "NOXATTR",
                                                    "XATTR2BIG"};

std::string_view name_from(const auto& names, std::int64_t first, std::int64_t number) {
    const auto index = static_cast<std::uint64_t>(number - first);
    return number >= first && index < names.size() ? names[index] : std::string_view();
}

}  // namespace

std::string nfs_status_name(std::int64_t status) {
    // What is no status can only be one in the byte order of the network.
    constexpr std::int64_t largest_status = 0xffff;
    std::int64_t number = status;
    if (status > largest_status && status <= 0xffff'ffff) {
        number = __builtin_bswap32(static_cast<std::uint32_t>(status));
    }
    if (number == 0) {
        return "NFS_OK";
    }
    const auto* found = std::ranges::find(low, number, &decltype(low)::value_type::first);
    std::string_view name =
        found != low.end() ? found->second : name_from(high, first_high, number);
    if (!name.empty()) {
        return "NFSERR_" + std::string(name);
    }
    name = name_from(later, first_later, number);
    return name.empty() ? std::to_string(status) : "NFS4ERR_" + std::string(name);
}

}  // namespace sutap::execute
