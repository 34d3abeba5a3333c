"""A Numba dispatcher that compiles what other kernels call for their use alone.

Numba makes of every function that a kernel calls a function of its own as well: with a wrapper for
Python, optimised, turned into machine code and written to disk, once for each combination of
integer types that it is called with. Here a function that is called by a kernel becomes only a part
of that kernel, optimised with it, and whole numbers of all sizes reach it as 64 bits. Called from
Python, or marked `compiled.alone`, it is compiled as by Numba. No bit of a result depends on it:
nothing here allows LLVM to round otherwise.

It stands on parts of Numba that are not promised, so it serves only the versions with which
tests/test_linking.py passed; with others `compiled.py` takes Numba's own dispatcher.
"""

from typing import Any

from llvmlite.binding import ModuleRef
from numba.core import typing
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder, Flags
from numba.core.compiler_machinery import AnalysisPass, PassManager, register_pass
from numba.core.dispatcher import _FunctionCompiler  # type: ignore[attr-defined]
from numba.core.registry import CPUDispatcher
from numba.core.sigutils import normalize_signature
from numba.core.typed_passes import NativeLowering
from numba.core.types import Integer, Type, int64, uint64

TRIED = ("0.68",)  # versions of Numba


class _Part(JITCodeLibrary):
    """Code that only waits to be linked into that of a caller: neither optimised nor loaded."""

    def _optimize_functions(self, module: ModuleRef) -> None:
        module.data_layout = self._codegen._data_layout

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True


@register_pass(mutates_CFG=False, analysis_only=True)
class _IntoPart(AnalysisPass):
    _name = "leftbehind_into_part"

    def __init__(self) -> None:
        super().__init__()

    def run_pass(self, state: Any) -> bool:
        state.library = _Part(state.targetctx.codegen(), state.func_id.func_qualname)
        return False


class _PartPipeline(CompilerBase):
    def define_pipelines(self) -> list[PassManager]:
        passes = DefaultPassBuilder.define_nopython_pipeline(self.state)
        at = [step for step, _ in passes.passes].index(NativeLowering)
        passes.passes.insert(at, (_IntoPart, "the library of a part"))
        passes.finalize()
        return [passes]


class _PartCompiler(_FunctionCompiler):
    def _customize_flags(self, flags: Flags) -> Flags:
        flags.no_compile = flags.no_cpython_wrapper = flags.no_cfunc_wrapper = True
        return flags


class LinkingDispatcher(CPUDispatcher):
    """See the module's docstring."""

    alone = False

    def get_call_template(self, args: tuple[Type, ...], kws: dict[str, Type]) -> Any:
        """The function's types for a kernel that calls it: as Numba's, but for whole numbers."""
        if self.alone:
            return super().get_call_template(args, kws)
        signature, args = self._compiler.fold_argument_types(args, kws)
        args = tuple(_widened(argument) for argument in args)
        if args not in self.overloads:
            self._compile_part(args)
        name = self.py_func.__name__
        template = typing.make_concrete_template(
            f"CallTemplate({name})", key=name, signatures=self.nopython_signatures
        )
        return template, signature, args, {}

    def _compile_part(self, args: tuple[Type, ...]) -> None:
        of_part = _PartCompiler(
            self.py_func, self.targetdescr, self.targetoptions, self.locals, _PartPipeline
        )
        with self._compiling_counter:
            part = of_part.compile(args, None)
        part = part._replace(entry_point=object())  # by which callers find it
        self.targetctx.insert_user_function(part.entry_point, part.fndesc, [part.library])
        self.overloads[args] = part

    def compile(self, sig: Any) -> Any:
        """Compile for a call from Python, or load what was compiled earlier."""
        args = tuple(normalize_signature(sig)[0])
        known = self.overloads.get(args)
        if known is not None and isinstance(known.library, _Part):
            del self.overloads[args]
        entry = super().compile(sig)
        whole = self.overloads[args]
        if whole.metadata is not None:  # not loaded: what it links has its constants still to find
            for environment in whole._find_referenced_environments():
                whole.library.codegen.set_env(environment.env_name, environment)
        return entry


def _widened(argument: Type) -> Type:
    small = isinstance(argument, Integer) and argument != uint64
    return int64 if small else argument
