//! PayFiP for *régies*: the DGFiP's web service `PaiementSecuriseService`.

pub mod soap;
