// Builtins that give numbers of the kernel's interface their names, and back.
#include "runner/execute/builtin_call.h"
#include "runner/execute/names.h"
#include "runner/execute/text.h"

namespace sutap::execute {

using elaborate::Builtin;

Value name_function(const BuiltinCall& call) {
    switch (call.builtin) {
        case Builtin::errno_str:
            return make_text(error_name(call.integer(0)));
        case Builtin::signal_name:
            return make_text(signal_name(call.integer(0)));
        case Builtin::rlimit_from_str:
            return make_integer(limit_number(call.text(0)));
        case Builtin::nfsderror:
            return make_text(nfs_status_name(call.integer(0)));
        case Builtin::sock_fam_num2str:
            return make_text(protocol_family_name(call.integer(0)));
        case Builtin::sock_fam_str2num:
            return make_integer(protocol_family_number(call.text(0)));
        case Builtin::sock_prot_num2str:
            return make_text(protocol_name(call.integer(0)));
        case Builtin::sock_prot_str2num:
            return make_integer(protocol_number(call.text(0)));
        case Builtin::sock_state_num2str:
            return make_text(socket_state_name(call.integer(0)));
        case Builtin::syscall_name:
            return make_text(system_call_name(call.integer(0)));
        default:
            return make_integer(socket_state_number(call.text(0)));
    }
}

}  // namespace sutap::execute
